"""HTTPS for seats without a public name: a certificate authority of the site's own."""
