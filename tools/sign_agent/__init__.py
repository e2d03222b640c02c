"""The signing agent: lets the office's page in the browser sign with the token that is plugged into this machine.

A reference: small, one PKCS#11 module, standard library but for python-pkcs11 and asn1crypto. It listens on 127.0.0.1
alone, answers only pages of the addresses named at its start, only after pairing by a code that it shows itself, and
signs nothing but the signed attributes of a document signature for the certificate in question.
"""
