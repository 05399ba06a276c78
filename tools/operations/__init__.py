"""The operations a recipe can hold, as a visible list."""

from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny

from ...errors import ToolError
from .base import Operation
from .columns import DropColumn
from .encoding import DropUnreadable, RepairEncoding
from .feature_aggregates import AddGroupAggregate, AddGroupPlace
from .feature_categories import AddCategoryCount, AddTargetMean
from .feature_dates import AddDatePart, AddDaysBetween
from .feature_linear import AddWeightedSum
from .feature_meanings import AddMeanings
from .feature_missing import AddMissingCount, AddMissingPattern, AddTextLength
from .feature_numeric import (
    AddBin,
    AddCenteredProduct,
    AddCurve,
    AddPair,
    AddRemainder,
    AddRowStatistic,
    AddTriple,
)
from .feature_places import AddDistance
from .feature_texts import AddNumberInText, AddTopics, AddWord
from .feature_written import AddWritten
from .linked import AddLinked, AppendRows
from .listed import DropListed, Relabel
from .names import MaskNames
from .privacy import GeneralizePersonal, HashValues, MaskPersonal
from .quantities import ReadQuantities
from .repair_written import RepairWritten
from .repairs import CorrectByKey, MoveTail, SetByKey, SwapValues
from .rows import DropDuplicateRows, DropRowsMissing
from .select import KeepRows
from .synthetic import AppendSyntheticRows
from .times import ReadTimes
from .types import ParseBooleans, ParseDates, ParseNumbers
from .values import FillByKey, FillMissing, MissNumbers, ReplaceValues, TrimText
from .writing import (
    PadZeros,
    WriteByMask,
    WriteDates,
    WriteDurations,
    WriteNumbers,
    WriteUpper,
)
from .written import AppendWrittenRows

OPERATIONS: tuple[type[Operation], ...] = (
    DropDuplicateRows,
    DropRowsMissing,
    DropListed,
    Relabel,
    AddLinked,
    AppendRows,
    DropColumn,
    TrimText,
    ReplaceValues,
    MissNumbers,
    FillMissing,
    FillByKey,
    RepairEncoding,
    DropUnreadable,
    SetByKey,
    CorrectByKey,
    MoveTail,
    SwapValues,
    ReadTimes,
    ReadQuantities,
    WriteByMask,
    WriteUpper,
    PadZeros,
    WriteDates,
    WriteNumbers,
    WriteDurations,
    RepairWritten,
    ParseNumbers,
    ParseDates,
    ParseBooleans,
    AddDatePart,
    AddDaysBetween,
    AddCategoryCount,
    AddTargetMean,
    AddCurve,
    AddBin,
    AddPair,
    AddCenteredProduct,
    AddRemainder,
    AddTriple,
    AddRowStatistic,
    AddDistance,
    AddGroupAggregate,
    AddGroupPlace,
    AddMissingCount,
    AddMissingPattern,
    AddTextLength,
    AddWord,
    AddNumberInText,
    AddTopics,
    AddMeanings,
    AddWeightedSum,
    AddWritten,
    MaskPersonal,
    GeneralizePersonal,
    HashValues,
    MaskNames,
    AppendSyntheticRows,
    AppendWrittenRows,
    KeepRows,
)

_BY_NAME = {operation.op(): operation for operation in OPERATIONS}


def parse_operation(data: Any) -> Operation:
    """Build an operation from its JSON object, or pass one through.

    Raises:
        ToolError: the object names no known operation.
    """
    if isinstance(data, Operation):
        return data
    if not isinstance(data, dict) or data.get("op") not in _BY_NAME:
        name = data.get("op") if isinstance(data, dict) else data
        raise ToolError(f"Unknown operation {name!r}. Known: {', '.join(sorted(_BY_NAME))}.")
    return _BY_NAME[data["op"]].model_validate({k: v for k, v in data.items() if k != "op"})


AnyOperation = Annotated[SerializeAsAny[Operation], BeforeValidator(parse_operation)]
"""Field type for an operation of any registered kind."""
