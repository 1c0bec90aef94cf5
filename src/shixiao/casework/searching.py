"""wip"""


def put(works):
    pass
