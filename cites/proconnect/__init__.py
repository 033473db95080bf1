"""Signing in with ProConnect, the identity of agents: OpenID Connect, with a signed userinfo and a nonce.

Off unless PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET are set: its pages then do not exist.
"""
