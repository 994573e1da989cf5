"""What apps ask over the network: a JSON:API that published licensing clients speak.

Machines sign in with the license key itself, so no session and no account is involved.
"""
