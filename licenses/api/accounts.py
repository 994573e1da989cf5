"""Which of the vendor's key pairs speaks to an app: the one whose account it names.

An app holds an account and its public key as a pair. Under /v1/accounts/{id}/ all that
it gets is signed by that pair, answers and files, also after the pair was retired: a
rotation breaks no app that names its account. The short addresses name none, and there
the active pair speaks; apps that use them need a release with its public key.
"""

from __future__ import annotations

import re

from django.http import HttpRequest

from licenses import signers
from licenses.signers import Signer

NAMED = re.compile(r"/v1/accounts/([^/]+)")


def signer_of(request: HttpRequest) -> Signer | None:
    """None before the first pair was made. An unknown account is told so by the active
    one, since something has to sign the refusal.
    """
    signer = getattr(request, "signer", None)
    if signer is None:
        named = NAMED.match(request.path_info)
        signer = (signers.of_account(named[1]) if named else None) or signers.active()
        request.signer = signer
    return signer
