class Transport:
    """One way to hand packets over. A new one is a subclass and a method ``_transport_<kind>`` of the channel.

    ``self.channel`` is a ``vpdt.exchange.channel`` in superuser mode. A transport knows nothing of documents: it takes
    the bytes of a message and gives an outcome, or brings bytes in and says from whom it took them.
    """

    #: It has to be asked for what has come.
    polls = False
    #: Fields of the channel without which it cannot be used.
    needs = ("url", "system_code", "secret")

    def __init__(self, channel):
        self.channel = channel
        self.env = channel.env

    def send(self, message):
        """Hand one packet over.

        :param message: vpdt.exchange.message, *queued*; its bytes, in pieces: ``with message._packet() as parts:`` and
            ``parts.chunks()`` or ``parts.open()`` (:class:`..edxml.PacketParts`)
        :return: Delivered, Sent, Refused or Later
        """
        raise NotImplementedError

    def test(self):
        """Try the way without sending anything.

        :return: (True when it works, translated words)
        """
        raise NotImplementedError

    def poll(self):
        """Queue the fetching of what has come since the last time; only where :attr:`polls`.

        What is fetched goes to ``vpdt.exchange.message._receive(content, company, sender)``, with the identifier of the
        sender as the way has authenticated him.

        :return: how many packets were found
        """
        raise NotImplementedError
