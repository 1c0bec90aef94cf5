"""Bindings of tables that are known, as data; read by `shipping`."""
