"""Evidence: quotes and locators held against the texts of their sources; read only if asked for."""
