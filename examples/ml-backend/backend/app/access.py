"""Who may write: everybody, or signed-in users of a Firebase project."""

from collections.abc import Callable

from fastapi import HTTPException, Request


def open_to_all(request: Request) -> None:
    """Lets every request pass."""


def firebase(project: str) -> Callable[[Request], None]:
    """Lets requests pass that bring an ID token of the project; checking needs no credentials."""
    try:
        import firebase_admin
        from firebase_admin import auth
        from google.auth.credentials import AnonymousCredentials
    except ImportError as e:
        raise RuntimeError(
            "FIREBASE_PROJECT is set, but this image was built without firebase-admin"
        ) from e

    class Keyless(firebase_admin.credentials.Base):
        def get_credential(self) -> AnonymousCredentials:
            return AnonymousCredentials()

    app = firebase_admin.initialize_app(Keyless(), {"projectId": project})

    def check(request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise HTTPException(401, "a bearer token of the project is needed")
        try:
            auth.verify_id_token(token.strip(), app)
        except (ValueError, auth.InvalidIdTokenError) as e:
            raise HTTPException(401, "the token is not valid") from e

    return check
