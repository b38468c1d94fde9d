package dev.larder.engine.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/**
 * What a client has said so far.
 *
 * @param kind unclear if it has ended
 * @param bytes that were read for it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Looked(FirstBytes kind, byte[] bytes) {
  /**
   * Reads until it is clear what a client speaks.
   *
   * @param silence milliseconds without a byte until it is clear that the server speaks first; 0 is
   *     no limit
   */
  static Looked at(Socket client, int silence) throws IOException {
    InputStream in = client.getInputStream();
    byte[] first = new byte[FirstBytes.MOST];
    int length = 0;
    FirstBytes kind = new FirstBytes.Unclear();
    client.setSoTimeout(silence);
    try {
      while (kind instanceof FirstBytes.Unclear) {
        int n = in.read(first, length, first.length - length);
        if (n < 0) {
          break;
        }
        length += n;
        kind = FirstBytes.of(first, length);
      }
    } catch (SocketTimeoutException e) {
      kind = new FirstBytes.Other(); // the server speaks first, or a protocol of its own
    }
    client.setSoTimeout(0);
    return new Looked(kind, Arrays.copyOf(first, length));
  }
}
