"""The live path measured: CPU per acknowledgement, storms, the bell, a large hall."""
