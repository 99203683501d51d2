"""Messages to people: by SMS, WhatsApp, e-mail, or a counter that calls. Each has arrived or is known not to have."""
