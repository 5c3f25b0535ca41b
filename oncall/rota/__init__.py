"""Who is on duty: layers, overrides and absences resolved for any instant. Pure."""
