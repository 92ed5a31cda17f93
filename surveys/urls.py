"""Addresses of surveys, for staff. What residents open: public_urls.py."""

from django.urls import path

from surveys.views import (
    answering,
    cards,
    design,
    design_forms,
    files,
    named,
    paper,
    preview,
    samples,
    surveys,
    waves,
    workbooks,
    xlsform,
)

app_name = "surveys"

urlpatterns = [
    # Surveys and their questions
    path("", surveys.show_surveys, name="list"),
    path("new/", surveys.create, name="create"),
    path("bank/", design_forms.show_bank, name="bank"),
    path("<int:survey>/", surveys.show_survey, name="detail"),
    path("<int:survey>/edit/", surveys.edit, name="edit"),
    path("<int:survey>/publish/", surveys.publish, name="publish"),
    path("<int:survey>/copy/", surveys.copy, name="copy"),
    path("<int:survey>/delete/", surveys.delete, name="delete"),
    path("<int:survey>/preview/", preview.show_preview, name="preview"),
    path("<int:survey>/design/", design.show_design, name="design"),
    path("<int:survey>/design/bank/", design_forms.take_from_bank, name="bank-take"),
    path("<int:survey>/design/sections/new/", design_forms.edit_section, name="section-add"),
    path("<int:survey>/design/sections/<slug:section>/", design_forms.edit_section, name="section"),
    path("<int:survey>/design/sections/<slug:section>/move/", design.move_section, name="section-move"),
    path("<int:survey>/design/sections/<slug:section>/delete/", design.delete_section, name="section-delete"),
    path("<int:survey>/design/questions/new/", design_forms.add_question, name="question-add"),
    path("<int:survey>/design/questions/<slug:question>/", design_forms.edit_question, name="question"),
    path("<int:survey>/design/questions/<slug:question>/copy/", design.copy_question, name="question-copy"),
    path("<int:survey>/design/questions/<slug:question>/move/", design.move_question, name="question-move"),
    path("<int:survey>/design/questions/<slug:question>/delete/", design.delete_question, name="question-delete"),
    # Waves, cards and samples
    path("<int:survey>/waves/new/", waves.add, name="wave-add"),
    path("waves/<int:wave>/", waves.show_wave, name="wave"),
    path("waves/<int:wave>/edit/", waves.edit, name="wave-edit"),
    path("waves/<int:wave>/close/", waves.close, name="wave-close"),
    path("waves/<int:wave>/sample/", samples.sample, name="sample"),
    path("links/<int:link>/poster/", waves.show_poster, name="poster"),
    path("links/<int:link>/cards/", cards.print_cards, name="cards"),
    path("links/<int:link>/delivery/", samples.show_delivery, name="delivery"),
    path("links/<int:link>/delivery/report/", samples.report, name="delivery-report"),
    # Files of answers
    path("waves/<int:wave>/answers/", files.export, name="export"),
    path("links/<int:link>/kiosk/", answering.show_kiosk_link, name="kiosk-link"),
    # Paper and named answers
    path("links/<int:pk>/paper/", paper.print_paper, name="paper"),
    path("links/<int:pk>/entry/", paper.enter, name="paper-entry"),
    path("links/<int:pk>/entry/<int:number>/", paper.settle, name="paper-settle"),
    path("links/<int:pk>/take-in/", paper.take_in, name="paper-take-in"),
    path("sheets/<int:sheet>/", paper.change, name="paper-change"),
    path("sheets/<int:sheet>/delete/", paper.delete, name="paper-delete"),
    path("links/<int:pk>/named/", named.show_named, name="named"),
    path("named/<int:named>/contact/", named.show_contact, name="named-contact"),
    path("named/<int:named>/delete/", named.delete, name="named-delete"),
    # Files of other tools
    path("xlsform/", xlsform.upload, name="xlsform-in"),
    path("xlsform/confirm/", xlsform.confirm, name="xlsform-confirm"),
    path("<int:survey>/xlsform/", xlsform.download, name="xlsform-out"),
    path("links/<int:link>/workbook/", workbooks.upload, name="workbook"),
    path("links/<int:link>/workbook/check/", workbooks.check, name="workbook-check"),
    path("links/<int:link>/workbook/take/", workbooks.take, name="workbook-take"),
]
