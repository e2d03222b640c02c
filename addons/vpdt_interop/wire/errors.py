"""What can go wrong on the wire, told apart by what is to be done about it."""

#: Nobody answers: the whole way is down, all wait together.
NO_ANSWER = "no_answer"
#: An answer that says “not now”, or none that can be understood: this packet goes again.
NOT_NOW = "not_now"
#: The login is not accepted: nothing goes before an administrator has looked.
LOGIN = "login"
#: Refused for good.
REFUSED = "refused"


class WireError(Exception):
    """A request that did not do what it should.

    :param kind: one of the four above
    :param detail: what the other side said, or what Python says of the connection; shown to people as it is
    :param code: the code that the other side gave, a text, possibly empty
    """

    def __init__(self, kind, detail, code=""):
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.code = code
