"""Amounts of yuan as the database keeps them: whole fen, so that sums are exact on SQLite, too.

SQLite adds decimals as floating point; added fen are whole numbers everywhere.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core import exceptions
from django.db import models
from django.db.models.expressions import Combinable

FEN = Decimal("0.01")
LARGEST = Decimal("999999999999.99")


if TYPE_CHECKING:
    _Whole = models.BigIntegerField[Any, Any]  # a Decimal, or None where it may be empty
else:
    _Whole = models.BigIntegerField


class MoneyField(_Whole):
    """A Decimal of yuan with two decimals, stored as a whole number of fen. Sums of it are Decimals, too."""

    description = "yuan, exact to the fen"
    if TYPE_CHECKING:
        _pyi_private_set_type: Decimal | int | Combinable | None  # type: ignore[assignment]
        _pyi_private_get_type: Decimal  # type: ignore[assignment]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        """Fen to yuan. PostgreSQL sums bigints to a numeric, so the value may be a Decimal of whole fen."""
        return None if value is None else Decimal(value).scaleb(-2).quantize(FEN)

    def to_python(self, value: Any) -> Decimal | None:
        """Yuan from what a form or fixture gives."""
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value)).quantize(FEN)
        except ArithmeticError:
            raise exceptions.ValidationError("%(value)s 不是金额。", params={"value": value}) from None

    def get_prep_value(self, value: Any) -> int | None:
        """Yuan to fen. An amount finer than a fen is a mistake of the program and raises."""
        if value is None:
            return None
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        fen = amount.scaleb(2)
        if fen != fen.to_integral_value() or abs(amount) > LARGEST:
            raise ValueError(f"{amount} is no amount in whole fen up to {LARGEST}")
        return int(fen)

    def formfield(self, **kwargs: Any) -> Any:
        """A decimal number with two places."""
        from django import forms

        return forms.DecimalField(max_digits=14, decimal_places=2, **kwargs)

    @property
    def validators(self) -> list[Any]:
        """Those of whole numbers would measure yuan against the limits of fen."""
        return []
