"""The inbox in the browser: the message itself is the delivery."""
