"""The service tried on one machine, with teams, phones and a carrier of its own."""
