from . import vpdt_exchange_recall
