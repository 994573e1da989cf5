"""An OpenID provider on Authlib, as a process of its own: `oidc_provider.py PORT`.

It keeps to the standard: exact redirect addresses, client secret, PKCE (S256) needed,
nonce, signed ID tokens. `POST /control` says who sits before it, and can spoil what it
sends in one way (`spoil`), as a broken or hostile provider would.
"""

import json
import os
import sys
import time
from html import escape
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # on this machine only

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request, grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "steward-portal", "a secret of the client"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one", "alg": "RS256"})
STRANGE_KEY = RSAKey.generate_key(2048, parameters={"kid": "one", "alg": "RS256"})
PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 9400
ISSUER = f"http://127.0.0.1:{PORT}"
CODES, TOKENS, NONCES = {}, {}, set()
STAGE = {"claims": {}, "spoil": "", "redirect_uri": ""}


class Client:
    def get_client_id(self):
        return CLIENT_ID

    def get_default_redirect_uri(self):
        return STAGE["redirect_uri"]

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, address):
        return address == STAGE["redirect_uri"]

    def check_client_secret(self, secret):
        return secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_post", "client_secret_basic")

    def check_response_type(self, kind):
        return kind == "code"

    def check_grant_type(self, kind):
        return kind == "authorization_code"


class User(dict):
    def get_user_id(self):
        return self["sub"]


class Code:
    def __init__(self, payload, user):
        self.data, self.user, self.auth_time = payload.data, user, int(time.time())
        self.code_challenge = self.data.get("code_challenge")
        self.code_challenge_method = self.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.data.get("redirect_uri")

    def get_scope(self):
        return self.data.get("scope")

    def get_nonce(self):
        return "another" if STAGE["spoil"] == "nonce" else self.data.get("nonce")

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post", "client_secret_basic"]

    def save_authorization_code(self, code, request):
        CODES[code] = Code(request.payload, request.user)

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        for code in [c for c, row in CODES.items() if row is authorization_code]:
            del CODES[code]

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class IdToken(OpenIDCode):
    """Signed as the standard asks, or spoilt in one way."""

    def exists_nonce(self, nonce, request):
        return nonce in NONCES or NONCES.add(nonce) or False

    def generate_user_info(self, user, scope):
        return {name: value for name, value in user.items() if name != "in_userinfo"}

    def encode_id_token(self, token, request):
        now, spoil = int(time.time()), STAGE["spoil"]
        claims = {
            "iss": "http://evil.example" if spoil == "issuer" else ISSUER,
            "aud": "somebody-else" if spoil == "audience" else CLIENT_ID,
            "iat": now - 7200 if spoil == "expired" else now,
            "exp": now - 3600 if spoil == "expired" else now + 300,
            **self.get_authorization_code_claims(request.authorization_code),
            **self.generate_user_info(request.user, ""),
        }
        if spoil == "azp":
            claims |= {"aud": [CLIENT_ID, "another"], "azp": "another"}
        if spoil == "unsigned":
            head, body, _ = jwt.encode({"alg": "RS256"}, claims, KEY).split(".")
            return f"eyJhbGciOiJub25lIn0.{body}."
        key = STRANGE_KEY if spoil == "signature" else KEY
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


class Challenge(CodeChallenge):
    """Authlib needs it of clients without a secret; here nobody comes without."""

    def validate_code_challenge(self, grant, redirect_uri):
        if grant.request.payload.data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is missing", redirect_uri=redirect_uri)
        return super().validate_code_challenge(grant, redirect_uri)


class Request(OAuth2Request):
    def __init__(self, environ, form):
        query = parse_qs(environ.get("QUERY_STRING", ""))
        super().__init__(
            environ["REQUEST_METHOD"],
            f"{ISSUER}{environ['PATH_INFO']}",
            headers={"Authorization": environ.get("HTTP_AUTHORIZATION", "")},
        )
        self.query = {name: values[0] for name, values in query.items()}
        self._form = form
        self.payload = BasicOAuth2Payload({**self.query, **form})

    @property
    def args(self):
        return self.query

    @property
    def form(self):
        return self._form


class Server(AuthorizationServer):
    def query_client(self, client_id):
        return Client() if client_id == CLIENT_ID else None

    def save_token(self, token, request):
        TOKENS[token["access_token"]] = request.user

    def send_signal(self, name, *args, **kwargs):
        pass

    def create_oauth2_request(self, request):
        return request

    def handle_response(self, status, body, headers):
        text = json.dumps(body) if isinstance(body, dict) else body or ""
        return status, text, dict(headers)


SERVER = Server()
SERVER.register_token_generator(
    "default",
    BearerTokenGenerator(lambda *a, **k: generate_token(40), None, lambda *a: 300),
)
SERVER.register_grant(CodeGrant, [IdToken(require_nonce=True), Challenge()])

PAGE = """<!doctype html><html lang="en"><head><title>Provider</title></head><body>
<main><h1>The provider of Acme</h1><p>Hello {name}</p><form method="post">
<button name="answer" value="yes">Sign in here</button>
<button name="answer" value="no">Cancel</button></form></main></body></html>"""


def discovery():
    addresses = {
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "jwks_uri": f"{ISSUER}/keys",
    }
    if STAGE["spoil"] == "inside":
        addresses["token_endpoint"] = "http://169.254.169.254/latest/meta-data"
    wrong = STAGE["spoil"] == "other issuer"
    return {"issuer": "https://other.example" if wrong else ISSUER, **addresses}


JSON, HTML = {"Content-Type": "application/json"}, {"Content-Type": "text/html"}


def configuration(request, environ):
    if STAGE["spoil"] == "slow":
        time.sleep(20)
    if STAGE["spoil"] == "broken":
        return 200, "<html>Moved</html>", HTML
    if STAGE["spoil"] == "redirect":
        return 302, "", {"Location": "http://127.0.0.1:1/elsewhere"}
    return 200, json.dumps(discovery()), JSON


def keys(request, environ):
    return 200, json.dumps(KeySet([KEY]).as_dict(private=False)), JSON


def authorize(request, environ):
    if request.method == "GET":
        name = escape(str(STAGE["claims"].get("name", "nobody")))
        return 200, PAGE.format(name=name), HTML
    grant = SERVER.get_authorization_grant(request)
    claims = {k: v for k, v in STAGE["claims"].items() if v is not None}
    user = User(claims) if request.form.get("answer") == "yes" else None
    return SERVER.create_authorization_response(request, user, grant)


def token(request, environ):
    return SERVER.create_token_response(request)


def userinfo(request, environ):
    bearer = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    user = TOKENS[bearer]
    return 200, json.dumps({**user, **user.get("in_userinfo", {})}), JSON


PLACES = {
    "/.well-known/openid-configuration": configuration,
    "/keys": keys,
    "/authorize": authorize,
    "/token": token,
    "/userinfo": userinfo,
}


def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    if environ["PATH_INFO"] == "/control":
        STAGE.update(json.loads(body))
        status, text, headers = 200, "{}", {}
    else:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        place = PLACES.get(environ["PATH_INFO"], lambda *asked: (404, "", JSON))
        status, text, headers = place(Request(environ, form), environ)
    start_response(f"{status} x", [(k, str(v)) for k, v in headers.items()])
    return [text.encode()]


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    make_server("127.0.0.1", PORT, app, Threads, Quiet).serve_forever()
