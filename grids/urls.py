"""Addresses of the register."""

from django.urls import path

from grids.views import areas, boundaries, changes, exports, groups, households, merging, posts, residents

app_name = "grids"

urlpatterns = [
    path("", residents.list_residents, name="residents"),
    path("new/", changes.add, name="add"),
    path("choose/", residents.choose_resident, name="choose"),
    path("buildings/", residents.list_grid_buildings, name="buildings"),
    path("households/<int:household>/", households.show_household, name="household"),
    path("groups/", groups.list_all, name="groups"),
    path("groups/new/", groups.edit, name="group_new"),
    path("groups/<int:group>/", groups.edit, name="group"),
    path("posts/", posts.list_all, name="posts"),
    path("posts/grids/<int:grid>/new/", posts.begin, name="appoint"),
    path("posts/<int:appointment>/end/", posts.end, name="end_appointment"),
    path("<int:resident>/", residents.show_resident, name="resident"),
    path("<int:resident>/unmask/", residents.unmask, name="unmask"),
    path("<int:resident>/edit/", changes.Edit.as_view(), name="edit"),
    path("<int:resident>/move/", changes.Move.as_view(), name="move"),
    path("<int:resident>/move-out/", changes.MoveOut.as_view(), name="move_out"),
    path("<int:resident>/death/", changes.Death.as_view(), name="death"),
    path("<int:resident>/correct/", changes.Correct.as_view(), name="correct"),
    path("<int:resident>/return/", changes.Return.as_view(), name="return"),
    path("<int:resident>/groups/", changes.Memberships.as_view(), name="memberships"),
    path("<int:resident>/groups/leave/", changes.leave, name="leave_group"),
    path("<int:resident>/merge/", merging.choose_duplicate, name="merge_choose"),
    path("<int:resident>/merge/<int:other>/", merging.merge, name="merge"),
    path("exports/", exports.list_exports, name="exports"),
    path("exports/new/", exports.ask_for_export, name="export_new"),
    path("exports/<int:export>/", exports.show_export, name="export"),
    path("exports/<int:export>/download/", exports.download_export, name="export_download"),
    path("areas/", areas.list_areas, name="areas"),
    path("areas/boundaries/", boundaries.show_boundaries, name="boundaries"),
    path("areas/boundaries/template/", boundaries.download_template, name="boundary_template"),
    path("areas/boundaries/upload/", boundaries.upload_boundaries, name="boundary_upload"),
    path("areas/boundaries/confirm/", boundaries.confirm_boundaries, name="boundary_confirm"),
    path("areas/boundaries/delete/", boundaries.delete_all, name="boundaries_delete"),
    path("areas/boundaries/<int:grid>/delete/", boundaries.delete_one, name="boundary_delete"),
    path("areas/merge/", areas.merge_communities, name="merge_communities"),
    path("areas/<int:community>/edit/", areas.edit_community, name="edit_community"),
    path("areas/<int:community>/split/", areas.split_community, name="split_community"),
    path("areas/<int:community>/merge/", areas.merge_grids, name="merge_grids"),
    path("areas/<int:community>/grids/new/", areas.create_grid, name="create_grid"),
    path("areas/grids/<int:grid>/edit/", areas.edit_grid, name="edit_grid"),
    path("areas/grids/<int:grid>/split/", areas.split_grid, name="split_grid"),
    path("areas/changes/<int:change>/", areas.show_area_change, name="area_change"),
]
