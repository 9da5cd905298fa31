"""This is where tests get e-mails as Vinted sends them, written by hand in every recorded shape."""

from __future__ import annotations

from email.message import EmailMessage

MAIL_SERVER = "mx.example.it"
GOOD = f"{MAIL_SERVER}; dkim=pass header.d=vinted.it header.s=s1; spf=pass"
LABEL = b"%PDF-1.7\nlabel"

SOLD_IT = """\
Ciao Anna,
luisa88
ha comprato
128
Abito 12.50 Zara nero
!
24.00
Invia l'ordine entro 5 giorni
"""

COMPLETED_ES = """\
La transacción se ha completado
N.º de transacción: #16606466410
Fecha: 09/11/2026, 18:30
Precio del artículo: 24,00 €
Precio del envío: 2,99 €
Transferencia a tu saldo Vinted: 24,00 €
"""

COMPLETED_PT = """\
Este pedido está concluído
ID do pedido: #16606466411
Recebido pelo artigo: 10,00 €
Recebido pelo envio: 0,00 €
Transferido para o teu Saldo Vinted: 10,00 €
Data: 09/11/2026, 18h30
"""

LABEL_ES = """\
N.º de transacción: #16606466410
N.º de seguimiento: ES1234567890
Fecha límite de envío: 14/11/2026, 23:59
"""


def mail(
    subject: str,
    text: str = "",
    *,
    sender: str = "Vinted <no-reply@vinted.it>",
    results: tuple[str, ...] = (GOOD,),
    pdf: str = "",
    html: bool = False,
) -> bytes:
    """One mail; the topmost of `results` is what the last server wrote."""
    message = EmailMessage()
    for result in results:
        message["Authentication-Results"] = result
    message["From"] = sender
    message["To"] = "anna@example.it"
    message["Subject"] = subject
    message["Date"] = "Mon, 09 Nov 2026 18:31:00 +0100"
    message["Message-ID"] = "<m1@vinted.it>"
    if html:
        lines = "".join(f"<tr><td>{line}</td></tr>" for line in text.splitlines())
        message.set_content(f"<html><style>p{{}}</style><table>{lines}</table></html>", subtype="html")
    else:
        message.set_content(text)
    if pdf:
        message.add_attachment(LABEL, maintype="application", subtype="pdf", filename=pdf)
    return bytes(message)
