"""Every sentence that is spoken by the carrier or sent as a text, in every language of the service."""
