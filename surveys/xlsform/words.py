"""The words of XLSForm that the portal writes and understands: sheets, columns, types, appearances."""

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
BEGIN, END = "begin_group", "end_group"
SELECT_ONE, SELECT_MULTIPLE, RANK = "select_one", "select_multiple", "rank"
NUMBER_TYPES = ("decimal", "integer")
LIKERT, MULTILINE, TABLE, GRID_HEAD, GRID_ROW = "likert", "multiline", "table-list", "label", "list-nolabel"
RANDOM = "randomize=true"
YES, NO = "yes", "no"
TRUE = frozenset({"yes", "true", "true()", "1", "y", "是"})
FALSE = frozenset({"no", "false", "false()", "0", "n", "", "否"})

# Columns of our own: other tools pass over them.
ORDERED, OPINION, BACKGROUND, BANK = "portal_ordered", "portal_opinion", "portal_background", "portal_bank"
OWN_COLUMNS = (ORDERED, OPINION, BACKGROUND, BANK)
SURVEY_COLUMNS = (
    *("type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "parameters"),
    *OWN_COLUMNS,
)
CHOICE_COLUMNS = ("list_name", "name", "label")
SETTING_COLUMNS = ("form_title", "form_id")
TRANSLATED = ("label", "hint")

# Names hold a dot where ours are made of two: no code of ours has one, so they cannot meet another name.
OTHER_SUFFIX, FOREIGN_OTHER_SUFFIX = ".other", "_other"
SECTION_PREFIX, NOTE_SUFFIX = "section.", ".note"
OTHER_LABEL = "其他（请写明）"  # in the language of the file, like the headings of the register's template
WORDS_LABEL = "请写明"

COLUMN_ALIASES = {
    "list name": "list_name",
    "value": "name",
    "relevance": "relevant",
    "caption": "label",
    "command": "type",
    "title": "form_title",
    "id_string": "form_id",
    "set form title": "form_title",
    "set form id": "form_id",
}
TYPE_ALIASES = {
    "begin group": BEGIN,
    "end group": END,
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
    "select one from": SELECT_ONE,
    "select one": SELECT_ONE,
    "select1": SELECT_ONE,
    "select all that apply from": SELECT_MULTIPLE,
    "select all that apply": SELECT_MULTIPLE,
    "select multiple from": SELECT_MULTIPLE,
    "select multiple": SELECT_MULTIPLE,
    "int": "integer",
    "string": "text",
}
# What a form notes about who fills it in, when and on what: it would break anonymity, so it is left out.
TRACES = frozenset(
    {
        *(
            "start",
            "end",
            "today",
            "deviceid",
            "subscriberid",
            "simserial",
            "phonenumber",
            "username",
            "email",
            "audit",
        ),
        *("start-geopoint", "background-audio", "background-geopoint"),
    }
)
