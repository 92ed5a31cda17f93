"""Why something is not shown, in the reader's language. Results keep the keys."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "few": _("答卷太少：为了不让人认出是谁答的，这里不显示。"),
    "alike": _("答案几乎都一样，或答别的选项的人太少：显示出来就等于说出个别人的回答，所以不显示。"),
    "asked": _("这道题只问了一部分人，显示人数会透露前面问题的个别回答，所以不显示。"),
    "open": _("这道题的结果在调查结束以后显示。"),
    "tables_open": _("交叉表和分社区的结果在调查结束以后显示。"),
    "same": _("请选两个不同的问题。"),
    "words": _("文字回答不能放进表格，请到“文字回答”里看。"),
    "hidden_question": _("其中一道题的结果不显示，所以也没有交叉表。"),
    "one_community": _("只问了一个社区，没有可比的社区。"),
    "too_telling": _("这张表里能显示的太少：其余各格一减就能推算出来，所以整张不显示。"),
    "gone": _("实名答卷已经按期删除，不能再做新的表。"),
    "texts_open": _("文字回答在调查结束以后显示。"),
    "texts_few": _("写了文字的人太少：要有“最少答卷数”的三倍才显示，以免认出是谁写的。"),
    "texts_one_community": _("只问了一个社区的调查不显示文字回答，以免认出是谁写的。"),
    "texts_named": _("实名调查的文字回答只在实名名单里看。"),
    "weights_open": _("调查结束以后才加权。"),
    "weights_few": _("答卷太少，不加权：至少要有“最少答卷数”的三倍。"),
    "weights_background": _("问卷没有问性别和年龄段，也只问了一个社区，没有可以对照底册的背景，不加权。"),
    "weights_register": _("底册里没有这轮调查的对象，不能加权。"),
    "weights_empty": _("底册里有的一类人一份答卷也没有，又没有相近的一类可以合并，不能加权。"),
    "weights_unsettled": _("按底册的各项比例调整时算不出稳定的权重，不加权。"),
    "weights_telling": _("答卷不够多，加权后的数会透露个别回答，不加权。"),
}
DIMENSIONS = {"sex": _("性别"), "age": _("年龄段"), "community": _("社区"), "grid": _("网格")}
REST = _("其余选项（合计）")
RESTS = {"community": _("其余社区（合计）"), "grid": _("其余网格（合计）")}
