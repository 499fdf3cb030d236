"""What the editor posts of an item is the item: opened and saved unchanged, it stays as it was."""

import pytest

from exam_server.bank.item_inputs import ItemIn, draft_of
from exam_server.bank.writing import problems_of
from exam_server.demo.content import SampleItem, sample_items
from exam_server.inputs import parse

BY_TYPE = {item.type: item for item in sample_items()}


@pytest.mark.parametrize("item", BY_TYPE.values(), ids=BY_TYPE)
def test_an_item_saved_as_it_was_opened_stays_as_it_was(item: SampleItem) -> None:
    sent = {"type": item.type, "content": item.content, "key": item.key}
    draft = draft_of(parse(ItemIn, sent))
    assert problems_of(draft) == []
    said = {name: value for name, value in item.content.items() if value != []}
    assert (draft.content, draft.key) == (said, item.key)
