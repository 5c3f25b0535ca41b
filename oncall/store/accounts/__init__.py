"""Store accounts, their credentials, invitations and sessions."""
