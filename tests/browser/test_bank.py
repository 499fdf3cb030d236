"""The bank in a browser: walking by keys, writing with formula, picture and Chinese input."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browsers import EN, PHONE_SIZE, ZH, Staff, axe_violations, hangs_over

pytestmark = [pytest.mark.browser, pytest.mark.long]
UID = re.compile(r"[?&]item=([0-9a-f-]{36})")


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 160), "white").save(file, "PNG")
    return file.getvalue()


def open_bank(page: Page) -> None:
    page.goto("/bank/")
    page.locator("main table a").first.click()
    expect(page.locator("[data-bank][data-ready]")).to_be_visible()


def open_editor(page: Page, kind: str = "单选") -> None:
    open_bank(page)
    page.keyboard.press("n")
    page.locator("[data-new]", has_text=kind).first.click()
    expect(page.get_by_test_id("rich-stem")).to_be_visible()


def choose_point(page: Page, words: str = "欧姆") -> None:
    page.get_by_test_id("point").fill(words)
    page.get_by_test_id("point").press("Enter")


def write_options(page: Page, *texts: str) -> None:
    page.get_by_test_id("rich-options.A").click()
    for place, text in enumerate(texts):
        page.keyboard.insert_text(text)
        if place < len(texts) - 1:
            page.keyboard.press("Enter")
            expect(page.get_by_test_id(f"rich-options.{'ABCDEFGH'[place + 1]}")).to_be_focused()


@pytest.mark.parametrize("language", [ZH, EN])
def test_pages_of_the_bank_are_accessible(staff: Staff, language: str) -> None:
    page = staff.page_as("writer", language=language)
    open_bank(page)
    bank = page.url
    page.locator(".list-link").first.click()
    expect(page.locator(".item-shown")).to_be_visible()
    assert axe_violations(page) == []
    assert hangs_over(page) == 0
    for part in ("/supply?open=A-A-A", "/draw", "/blueprint?at=A-A-A-001"):
        page.goto(bank + part)
        assert axe_violations(page) == [], part
        assert hangs_over(page) == 0, part


def test_arrows_walk_the_supply_map_and_the_slider_asks_again(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_bank(page)
    bank = page.url
    page.goto(f"{bank}/supply")
    page.locator("[data-cell]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    cell = page.locator("tbody tr:nth-child(2) td:nth-child(3) [data-cell]")
    expect(cell).to_be_focused()
    number = cell.locator(".map-number").inner_text().partition("/")[0]
    page.keyboard.press("Enter")
    expect(page.locator("[data-bank][data-ready]")).to_be_visible()
    expect(page.locator(".list-count")).to_contain_text(number.split()[0])
    page.goto(f"{bank}/draw")
    lead = page.locator("#draw-result .map-lead")
    page.locator("[data-slides]").press("Home")
    expect(lead).to_have_class(re.compile("map-lead-ok"))
    expect(page).to_have_url(re.compile("papers=1&"))


@pytest.mark.parametrize("language", [ZH, EN])
def test_the_editor_is_accessible_for_every_shape_of_item(staff: Staff, language: str) -> None:
    page = staff.page_as("writer", language=language)
    open_bank(page)
    bank = page.url
    for of in ("single", "numeric", "text_entry", "matching", "item_set"):
        page.goto(f"{bank}/items/new?of={of}")
        expect(page.get_by_test_id("rich-stem")).to_be_visible()
        expect(page.locator(".problem-list li").first).to_be_visible()
        assert axe_violations(page) == [], of
        assert hangs_over(page) == 0, of


@pytest.mark.parametrize("language", [ZH, EN])
def test_a_calculation_is_tried_and_shown_with_several_draws(staff: Staff, language: str) -> None:
    page = staff.page_as("writer", language=language)
    open_bank(page)
    page.goto(f"{page.url}/items/new?of=calculation")
    page.get_by_test_id("rich-stem").click()
    page.keyboard.insert_text("U = {U} V, R = {R} Ω, I = ?")
    page.get_by_test_id("field-key.parameters").fill("U = 100..240 step 20\nR = 0, 10, 22")
    page.get_by_test_id("field-key.formula").fill("U / R")
    page.get_by_test_id("field-unit").fill("A")
    page.get_by_test_id("field-key.units").fill("mA = 1/1000")
    choose_point(page)
    expect(page.get_by_test_id("problems")).to_contain_text("R = 0, U = 100")
    page.get_by_test_id("field-key.conditions").fill("R > 0")
    drawn = page.get_by_test_id("drawn")
    expect(drawn).to_be_visible()
    first = drawn.inner_text()
    drawn.get_by_role("button").nth(1).click()
    expect(drawn).not_to_have_text(first)
    expect(page.get_by_test_id("preview")).not_to_contain_text("{U}")
    expect(page.get_by_test_id("preview")).to_contain_text("mA")
    assert axe_violations(page) == []
    assert hangs_over(page) == 0


@pytest.mark.parametrize("language", [ZH, EN])
def test_a_multiple_choice_is_marked_by_points_and_the_candidate_is_told(
    staff: Staff, language: str
) -> None:
    page = staff.page_as("writer", language=language)
    open_bank(page)
    page.goto(f"{page.url}/items/new?of=multiple")
    page.get_by_test_id("rich-stem").click()
    page.keyboard.insert_text(f"Which are conductors? {language}")
    write_options(page, "copper", "rubber", "silver", "graphite")
    page.get_by_test_id("tick-A").check()
    page.get_by_test_id("marking").select_option("by_option")
    expect(page.get_by_test_id("points-A")).to_have_value("1")
    page.get_by_test_id("points-B").fill("-0.5")
    page.get_by_test_id("points-C").fill("x")
    expect(page.get_by_test_id("problems")).to_contain_text("-1000")
    page.get_by_test_id("points-C").fill("1")
    choose_point(page)
    expect(page.locator(".problem-list li")).to_have_text([])
    expect(page.locator(".paper-marking .form-text")).to_contain_text("A C")
    expect(page.get_by_test_id("preview").locator(".marking-told")).to_be_visible()
    assert axe_violations(page) == []
    assert hangs_over(page) == 0
    page.get_by_test_id("save").click()
    expect(page.locator(".item-shown")).to_contain_text("-0.5")


def test_on_a_phone_the_panes_stack_and_an_item_opens_in_sight(staff: Staff) -> None:
    page = staff.page_as("writer", size=PHONE_SIZE)
    open_bank(page)
    assert hangs_over(page) == 0
    page.locator(".list-link").first.click()
    expect(page.locator("#item-code")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#q")).to_be_in_viewport()
    expect(page.locator(".item-shown")).to_have_count(0)
    page.goto(f"{page.url}/items/new?of=single")
    expect(page.get_by_test_id("rich-stem")).to_be_visible()
    assert hangs_over(page) == 0


def test_arrows_walk_the_list_and_the_address_follows(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_bank(page)
    page.locator("body").press("ArrowDown")
    expect(page.locator(".item-shown")).to_be_visible()
    first = page.locator("#item-code").inner_text()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#item-code")).not_to_have_text(first)
    second = page.locator("#item-code").inner_text()
    assert UID.search(page.url)
    page.reload()
    expect(page.locator("#item-code")).to_have_text(second)
    expect(page.locator("tr.is-here")).to_contain_text(second)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#item-code")).to_have_text(first)


def test_a_key_is_meant_for_the_item_on_its_way(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_bank(page)
    page.locator(".list-link").first.click()
    expect(page.locator("a[data-key=e]")).to_be_visible()
    second = page.locator(".list-link").nth(1).get_attribute("data-item")
    assert second
    on_their_way: list[Route] = []

    def hold(route: Route) -> None:
        on_their_way.append(route)

    page.locator(".list-link").first.focus()
    page.route(re.compile(rf"/items/{second}(\?|$)"), hold)
    with page.expect_request(re.compile(rf"/items/{second}(\?|$)")):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    on_their_way.pop().continue_()
    expect(page).to_have_url(re.compile(f"/items/{second}/edit"))


def test_the_tree_is_walked_by_keys_and_filters_by_enter_and_back_works(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_bank(page)
    everything = page.locator(".list-count").inner_text()
    page.locator("a[data-at='A']").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("a[data-at='A-A']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("a[data-at='A-A-A']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("a[data-at='A-A-A-001']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".chip-off")).to_contain_text("A-A-A-001")
    expect(page.locator(".list-count")).not_to_have_text(everything)
    page.go_back()
    expect(page.locator(".list-count")).to_have_text(everything)
    page.locator("a[data-at='A-A-A-001']").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("a[data-at='A-A-A']")).to_be_focused()


def test_search_acts_while_typing_and_single_keys_do_not(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_bank(page)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()

    def type_on(route: Route) -> None:  # while the list is on its way
        page.keyboard.insert_text("压器")
        route.continue_()

    page.route(re.compile(r"/list\?.*q=%E5%8F%98$"), type_on, times=1)
    with page.expect_response(re.compile(r"q=%E5%8F%98$")):
        page.keyboard.insert_text("变")
    expect(page.locator("#q")).to_have_value("变压器")
    expect(page.locator(".chip-off")).to_contain_text("变压器")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("nea")
    expect(page.locator(".list-count")).to_contain_text("0")
    assert page.locator("details.menu[open]").count() == 0


def test_an_item_with_a_formula_and_a_picture_is_written_previewed_and_saved(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_editor(page)
    page.get_by_test_id("rich-stem").click()
    page.keyboard.insert_text("求电阻")
    page.get_by_test_id("tool-formula").click()
    page.get_by_test_id("latex").fill(r"R=\frac{U}{I}")
    page.keyboard.press("Enter")
    page.get_by_test_id("tool-picture").click()
    page.locator("#picture-file").set_input_files(
        {"name": "r.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_test_id("picture-insert").click()
    expect(page.locator(".upload-dialog .field-error")).to_contain_text("文字说明")
    page.locator("#picture-alt").fill("一个电阻的图形符号")
    page.get_by_test_id("picture-insert").click()
    expect(page.get_by_test_id("rich-stem").locator("img.item-picture")).to_be_visible()
    write_options(page, "1 Ω", "2 Ω", "3 Ω", "4 Ω")
    page.get_by_test_id("tick-B").check()
    choose_point(page)
    preview = page.get_by_test_id("preview")
    expect(preview.locator("img")).to_have_attribute("alt", "一个电阻的图形符号")
    expect(preview.locator(".katex").first).to_be_visible()
    expect(preview).to_contain_text("3 Ω")
    expect(page.get_by_test_id("problems")).to_contain_text("没有问题")
    page.get_by_test_id("save").click()
    expect(page.locator(".item-shown")).to_contain_text("2 Ω")
    expect(page.locator(".shown-options .is-key")).to_contain_text("B")
    expect(page.locator(".item-preview img")).to_have_attribute("alt", "一个电阻的图形符号")


def test_a_formula_that_cannot_be_read_stays_in_its_dialog_and_is_told_in_the_pages_words(
    staff: Staff,
) -> None:
    page = staff.page_as("writer")
    open_editor(page)
    page.get_by_test_id("rich-stem").click()
    page.get_by_test_id("tool-formula").click()
    page.get_by_test_id("latex").fill(r"\fracc{U}{I}")
    expect(page.locator(".formula-problem")).to_contain_text(r"“\fracc{U}{I}”处无法识别")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("formula-insert")).to_be_disabled()
    page.get_by_test_id("latex").fill(r"\frac{U}{I}")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("rich-stem").locator(".katex").first).to_be_visible()


def test_advice_names_the_option_and_leads_there(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_editor(page)
    write_options(page, "停机", "报告", "绝对不会触电", "以上都对")
    advice = page.get_by_test_id("problems").locator("li", has_text="绝对")
    expect(advice).to_contain_text("选项 C")
    advice.get_by_role("button").click()
    expect(page.get_by_test_id("rich-options.C")).to_be_focused()


def test_chinese_is_composed_as_an_input_method_does(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_editor(page)
    page.get_by_test_id("rich-options.A").click()
    line = page.context.new_cdp_session(page)
    for text in ("d", "di", "dian", "dian ya"):
        composed = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        line.send("Input.imeSetComposition", composed)
    # the Enter that would end a composition must not jump to the next option
    line.send("Input.insertText", {"text": "电压"})
    expect(page.get_by_test_id("rich-options.A")).to_have_text("电压")
    expect(page.get_by_test_id("preview")).to_contain_text("电压")
    page.keyboard.insert_text("表")
    expect(page.get_by_test_id("rich-options.A")).to_have_text("电压表")
    expect(page.get_by_test_id("rich-options.A")).to_be_focused()


def test_unsaved_work_is_back_after_a_reload_and_can_be_dropped_and_brought_back(
    staff: Staff,
) -> None:
    page = staff.page_as("writer")
    page.on("dialog", lambda dialog: dialog.accept())
    open_editor(page, "多选")
    page.get_by_test_id("rich-stem").click()
    page.keyboard.insert_text("没有保存的题干")
    expect(page.locator(".save-state")).to_contain_text("已存本机")
    page.reload()
    expect(page.get_by_test_id("rich-stem")).to_contain_text("没有保存的题干")
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("已恢复")
    notice.get_by_role("button", name="放弃").click()
    expect(page.get_by_test_id("rich-stem")).not_to_contain_text("没有保存的题干")
    notice.get_by_role("button", name="找回").click()
    expect(page.get_by_test_id("rich-stem")).to_contain_text("没有保存的题干")


def test_two_writers_on_one_item_lose_nothing(staff: Staff) -> None:
    mine, theirs = staff.page_as("writer"), staff.page_as("writer2")
    mine.on("dialog", lambda dialog: dialog.accept())
    open_bank(mine)
    mine.locator(".list-link").nth(3).click()
    expect(mine.locator(".item-shown")).to_be_visible()
    address = mine.locator("a[data-key=e]").get_attribute("href") or ""
    for page, words in ((mine, "我的解析"), (theirs, "别人的解析")):
        page.goto(address)
        page.locator("[data-where=explanation]").fill(words)
    theirs.get_by_test_id("save").click()
    expect(theirs.locator(".item-shown")).to_contain_text("别人的解析")
    mine.get_by_test_id("save").click()
    dialog = mine.locator(".conflict-dialog")
    for word in ("别人", "解析"):  # the difference stands word by word
        expect(dialog.locator("ins", has_text=word).first).to_be_visible()
    dialog.get_by_role("button", name="打开别人的版本").click()
    expect(mine.locator("[data-where=explanation]")).to_have_value("别人的解析")
    mine.get_by_role("button", name="找回我的修改").click()
    expect(mine.locator("[data-where=explanation]")).to_have_value("我的解析")
    mine.get_by_test_id("save").click()
    expect(mine.locator(".item-shown")).to_contain_text("我的解析")
    expect(mine.locator(".history")).to_contain_text("第 3 版")


def test_a_paste_from_word_keeps_words_and_loses_dressing(staff: Staff) -> None:
    page = staff.page_as("writer")
    open_editor(page)
    page.get_by_test_id("rich-stem").click()
    html = (
        '<style>p{color:red}</style><p class="MsoNormal" style="font-family:宋体"><b>额定</b>'
        'U<sub>N</sub><o:p></o:p></p><table><tr><td style="x">甲</td><td>乙</td></tr></table>'
        '<img src="file:///c:/a.png">'
    )
    page.get_by_test_id("rich-stem").evaluate(
        """(field, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true});
            field.dispatchEvent(event);
        }""",
        html,
    )
    stem = page.get_by_test_id("rich-stem")
    expect(stem.locator("strong")).to_have_text("额定")
    expect(stem.locator("sub")).to_have_text("N")
    expect(stem.locator("td")).to_have_count(2)
    assert "Mso" not in stem.inner_html()
    assert stem.locator("img[src^=file]").count() == 0
    expect(page.get_by_test_id("notice")).to_contain_text("图片没有带过来")


def test_a_reviewer_walks_the_waiting_drafts_by_keys(staff: Staff) -> None:
    writer = staff.page_as("writer")
    for words in ("待审题一", "待审题二"):
        open_editor(writer)
        writer.get_by_test_id("rich-stem").click()
        writer.keyboard.insert_text(words)
        write_options(writer, "甲", "乙", "丙", "丁")
        writer.get_by_test_id("tick-A").check()
        choose_point(writer)
        writer.get_by_test_id("save").click()
        expect(writer.locator(".item-shown")).to_contain_text(words)
    reviewer = staff.page_as("reviewer")
    reviewer.goto("/bank/")
    reviewer.get_by_role("link", name=re.compile("待审")).click()
    expect(reviewer.locator("[data-bank][data-ready]")).to_be_visible()
    reviewer.keyboard.press("/")
    reviewer.keyboard.insert_text("待审题")
    expect(reviewer.locator(".chip-off").first).to_contain_text("待审题")
    expect(reviewer.locator(".list-link")).to_have_count(2)
    reviewer.locator(".list-link").first.focus()
    reviewer.keyboard.press("ArrowDown")
    reviewer.keyboard.press("ArrowUp")
    expect(reviewer.locator(".item-shown")).to_contain_text("待审题")
    reviewer.keyboard.press("s")
    expect(reviewer.locator("#comment")).to_be_focused()
    reviewer.keyboard.insert_text("请补充单位")
    reviewer.get_by_role("button", name=re.compile("退回")).click()
    expect(reviewer.locator(".notice-ok")).to_contain_text("退回")
    expect(reviewer.locator(".list-link")).to_have_count(1)
    expect(reviewer.locator(".item-shown")).to_contain_text("待审题")
    reviewer.locator("#bank-item").focus()
    reviewer.keyboard.press("a")
    expect(reviewer.locator(".notice-ok")).to_contain_text("已启用")


def test_without_scripts_the_bank_can_be_read_and_the_editor_says_what_it_needs(
    staff: Staff,
) -> None:
    page = staff.page_as("writer")
    open_bank(page)
    address = page.url
    context = staff.browser.new_context(
        java_script_enabled=False, base_url=staff.base, storage_state=page.context.storage_state()
    )
    staff.contexts.append(context)
    plain = context.new_page()
    plain.goto(address)
    plain.locator(".list-link").first.click()
    expect(plain.locator(".item-shown")).to_be_visible()
    plain.locator("#q").fill("变压器")
    plain.locator("[data-without-script]").click()
    expect(plain.locator(".chip-off")).to_contain_text("变压器")
    plain.goto(f"{address}/items/new?of=single")
    expect(plain.locator("main")).to_contain_text("需要 JavaScript")


PASTE = """(cell, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    cell.dispatchEvent(event);
}"""


def test_the_blueprints_table_is_walked_by_keys_and_filled_by_pasting(staff: Staff) -> None:
    page = staff.page_as("officer")
    open_bank(page)
    page.goto(f"{page.url}/blueprint")
    names = page.locator("input[name^='name:']")
    expect(page.locator(".weight-sums")).to_be_visible()
    names.nth(0).focus()
    page.keyboard.press("Enter")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(names.nth(0)).to_be_focused()
    names.nth(0).evaluate(PASTE, "新名称一\t\t9\n新名称二\t\t1")
    expect(names.nth(0)).to_have_value("新名称一")
    expect(names.nth(1)).to_have_value("新名称二")
    letters = page.locator("select[name^='importance:']")
    expect(letters.nth(0)).to_have_value("X")
    expect(letters.nth(1)).to_have_value("Z")
    expect(page.locator(".weight-sum.is-wrong")).to_have_count(0)
    weight = page.locator("input[name^='weight:']").first
    weight.fill("1")
    expect(page.locator(".weight-sum.is-wrong").first).to_be_visible()
    page.get_by_role("button", name="保存细目表").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(names.nth(0)).to_have_value("新名称一")  # what was typed stays
