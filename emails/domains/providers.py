"""What large mail providers ask to be included in SPF, by the host one hands letters over to. From their own pages."""

SPF_INCLUDES = {
    "amazonaws.com": "amazonses.com",
    "sendgrid.net": "sendgrid.net",
    "mailgun.org": "mailgun.org",
    "postmarkapp.com": "spf.mtasv.net",
    "brevo.com": "spf.brevo.com",
    "sendinblue.com": "spf.sendinblue.com",
    "sparkpostmail.com": "sparkpostmail.com",
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "mailjet.com": "spf.mailjet.com",
    "zoho.com": "zohomail.com",
    "fastmail.com": "spf.messagingengine.com",
}


def spf_include_of(host: str) -> str:
    """What a domain's SPF record includes for letters that leave by `host`; "" for a mail server of one's own."""
    labels = host.lower().rstrip(".").split(".")
    return SPF_INCLUDES.get(".".join(labels[-2:]), "")
