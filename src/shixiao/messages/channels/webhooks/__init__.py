"""Webhooks: other programs are told what happened, signed as Standard Webhooks says, in the shape of CloudEvents."""
