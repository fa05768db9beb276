"""The bundled encoder and how any other one is loaded."""
