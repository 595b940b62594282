from derivation.derivation import Erratum


def errata() -> tuple[Erratum, ...]:
    return ()
