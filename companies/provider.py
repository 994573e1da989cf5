"""A company's OpenID Connect provider, as django-allauth's flow meets it.

What the flow takes on trust is checked here: the issuer of the discovered document, the
signature of the ID token, its audience, its age and the nonce of this very attempt.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.http import HttpRequest

from companies import provider_calls
from companies.models import SignOn, User
from companies.provider_calls import SignOnError

PROVIDER = "openid_connect"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
ALGORITHMS += ["ES256", "ES384", "ES512", "EdDSA"]
CLAIMS = ("sub", "email", "email_verified", "name", "given_name", "family_name")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_SUBJECT = 191
# Clocks that differ by less are not an attack.
LEEWAY = timedelta(seconds=60)


class ProviderAdapter(OpenIDConnectOAuth2Adapter):
    """One attempt to sign in through one company's provider."""

    def __init__(self, request: HttpRequest, sign_on: SignOn) -> None:
        super().__init__(request, str(sign_on.company_id))
        self.sign_on = sign_on
        self.state: dict[str, Any] = {}

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = self._discovered()
        return self._openid_config

    def _discovered(self) -> dict[str, Any]:
        address = f"{self.sign_on.issuer.rstrip('/')}/.well-known/openid-configuration"
        config = self._document(address)
        if config.get("issuer", "").rstrip("/") != self.sign_on.issuer.rstrip("/"):
            raise SignOnError("issuer", str(config.get("issuer")))
        for name in ENDPOINTS:
            if not isinstance(config.get(name), str):
                raise SignOnError("not_a_provider", name)
            if not provider_calls.is_allowed(config[name]):
                raise SignOnError("address", config[name])
        return config

    def _document(self, address: str) -> dict[str, Any]:
        response = provider_calls.session(self.request).request("GET", address)
        if response.status_code != 200:
            raise SignOnError("not_a_provider", f"{address}: {response.status_code}")
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise SignOnError("not_a_provider", address)
        return document

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return self.sign_on.redirect_address

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who came back, with nothing of it kept but the subject."""
        claims = self._claims(kwargs["response"], token)
        account = SocialAccount(
            provider=self.provider_id, uid=claims["sub"], extra_data={}
        )
        login = SocialLogin(provider=self.get_provider(), account=account, user=User())
        login.claims = claims
        return login

    def _claims(self, answer: dict[str, Any], token: SocialToken) -> dict[str, Any]:
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise SignOnError("token", "no ID token")
        said = self._judged_token(id_token)
        if "email" not in said and "userinfo_endpoint" in self.openid_config:
            info = self._fetch_user_info(token.token)
            if info.get("sub") != said["sub"]:
                raise SignOnError("token", "the user info is somebody else's")
            said = {**info, **said}
        return {name: said[name] for name in CLAIMS if name in said}

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        try:
            info = super()._fetch_user_info(access_token)
        except ValueError:
            info = None
        if not isinstance(info, dict):
            raise SignOnError("not_a_provider", "user info")
        return info

    def _judged_token(self, id_token: str) -> dict[str, Any]:
        client_id = self.sign_on.client_id
        try:
            said = jwt.decode(
                id_token,
                self._key_of(id_token),
                algorithms=ALGORITHMS,
                audience=client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as fault:
            raise SignOnError("token", str(fault)) from fault
        if said.get("azp", client_id) != client_id:
            raise SignOnError("token", "made for another client")
        if not self.state.get("nonce") or said.get("nonce") != self.state["nonce"]:
            raise SignOnError("token", "the nonce is not that of this attempt")
        if not 0 < len(said["sub"]) <= LONGEST_SUBJECT:
            raise SignOnError("token", "the subject has no usable length")
        return said

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        wanted = jwt.get_unverified_header(id_token).get("kid")
        keys = jwt.PyJWKSet.from_dict(self._document(self.openid_config["jwks_uri"]))
        fitting = [key for key in keys.keys if wanted in (None, key.key_id)]
        if len(fitting) != 1:
            raise SignOnError("token", f"no such key: {wanted}")
        return fitting[0]


class Callback(OAuth2CallbackView):
    """The way back from the provider; the attempt's own state goes to its adapter."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


def callback(request: HttpRequest, sign_on: SignOn) -> Any:
    try:
        return Callback.adapter_view(ProviderAdapter(request, sign_on))(request)
    except ImmediateHttpResponse as answer:
        return answer.response
