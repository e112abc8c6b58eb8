"""The web application for any WSGI server. `letterwright serve` runs it with the server it comes with."""

from app.factory import create_app

application = create_app()
