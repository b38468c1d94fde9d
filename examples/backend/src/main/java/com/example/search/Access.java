package com.example.search;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.auth.FirebaseAuthException;
import java.util.Optional;

/** Decides who may write. */
@FunctionalInterface
interface Access {
  /** Whether a request with this {@code Authorization} header, if it has one, may write. */
  boolean mayWrite(Optional<String> authorization);

  /** Everybody may. */
  static Access open() {
    return authorization -> true;
  }

  /**
   * Signed-in users of a Firebase project may: they send their ID token as a bearer token. Checking
   * one takes Google's public keys only, so that no credentials of a service account are needed.
   */
  static Access firebase(String project) {
    FirebaseOptions options =
        FirebaseOptions.builder()
            .setCredentials(GoogleCredentials.create(new AccessToken("unused", null)))
            .setProjectId(project)
            .build();
    FirebaseAuth auth = FirebaseAuth.getInstance(FirebaseApp.initializeApp(options));
    return authorization -> bearer(authorization).filter(token -> valid(auth, token)).isPresent();
  }

  /** The token of a {@code Bearer} header. */
  static Optional<String> bearer(Optional<String> authorization) {
    return authorization
        .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(header -> header.substring(7).strip())
        .filter(token -> !token.isEmpty());
  }

  private static boolean valid(FirebaseAuth auth, String token) {
    try {
      auth.verifyIdToken(token);
      return true;
    } catch (FirebaseAuthException e) {
      return false;
    }
  }
}
