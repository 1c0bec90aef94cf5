"""wip"""


def follow(works):
    pass


def write(works):
    pass
