"""E-mail by SMTP: one plain text for each notice, handed to the mail server of the house, which takes it or says why not."""
