"""Accounts, sign-in, invitations and credentials."""
