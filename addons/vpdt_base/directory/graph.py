"""Chains of parents."""


def find_cycles(parents):
    """The nodes that are their own ancestor.

    :param dict parents: node → parent; nodes without a parent may be absent
    :return: dict of node → next node of its circle, for each node on a circle
    """
    state, circles = {}, {}
    for start in parents:
        path = []
        node = start
        while node in parents and node not in state:
            state[node] = start
            path.append(node)
            node = parents[node]
        # Only a path of this very walk closes a circle; one seen before has been judged.
        if state.get(node) == start and node in parents and path:
            for member in path[path.index(node) :]:
                circles[member] = parents[member]
    return circles
