"""Queries about posts of grid work: which were held on the reference day, and whom they serve.

Grids count in the periods on whose reference day they existed; of buildings the register knows those of today.
"""

GRIDS = """
    grid as materialized (
        select p.code, g.id, g.community_id
        from grids_grid g
        join period p on (g.valid_from is null or g.valid_from <= p.reference)
             and (g.valid_to is null or g.valid_to > p.reference)
        where g.community_id = any(%(communities)s)
    )
"""
HELD = """
    held as materialized (
        select distinct p.code, h.grid_id, h.building_id, h.post, h.user_id, h.resident_id
        from grids_appointment h
        join grids_grid g on g.id = h.grid_id and g.community_id = any(%(communities)s)
        join period p on h.since <= p.reference and (h.until is null or h.until > p.reference)
    )
"""
POSTS = (GRIDS, HELD)


def staffed_grids(post: str) -> str:
    """Return the items "grids", counted where the post is held."""
    return f"""
        select g.community_id, g.id, g.code, g.id, exists (
                   select from held h where h.code = g.code and h.grid_id = g.id and h.post = '{post}')
        from grid g
    """


STAFFED_BUILDINGS = """
    select g.community_id, g.id, g.code, b.id, exists (
               select from held h where h.code = g.code and h.building_id = b.id and h.post = 'building_head')
    from grid g join grids_building b on b.grid_id = g.id
"""
# A post that nobody holds has no row of its own: the item's id is that of the grid or building.
ALL_POSTS = f"""
    ({staffed_grids("grid_head")}) union all ({staffed_grids("grid_worker")}) union all ({STAFFED_BUILDINGS})
"""
LIVING = """
    staffed as materialized (select distinct code, grid_id from held where post = 'grid_worker'),
    living as not materialized (
        select p.code, g.community_id, s.grid_id, s.resident_id
        from grids_grid g
        join grids_residence s on s.grid_id = g.id
        join period p on s.since <= p.reference and (s.until is null or s.until > p.reference)
        where g.community_id = any(%(communities)s)
    ),
    people as materialized (
        select code, community_id, grid_id, count(*)::int as number from living group by code, community_id, grid_id
    )
"""
PEOPLE = (HELD, LIVING)
RESIDENTS_WITH_WORKER = """
    select l.community_id, l.grid_id, l.code, l.resident_id, s.grid_id is not null
    from living l left join staffed s on s.code = l.code and s.grid_id = l.grid_id
"""
SUMS_WITH_WORKER = """
    select p.community_id, p.grid_id, p.code, case when s.grid_id is null then 0 else p.number end, p.number
    from people p left join staffed s on s.code = p.code and s.grid_id = p.grid_id
"""
# Residents by cadres of the community: a cadre with several grids counts once.
RESIDENTS_PER_CADRE = """
    select p.community_id, null::bigint, p.code, sum(p.number)::int, coalesce(max(c.number), 0)::int
    from people p
    left join (
        select h.code, g.community_id, count(distinct (h.user_id, h.resident_id)) as number
        from held h join grids_grid g on g.id = h.grid_id
        where h.post = 'liaison' group by h.code, g.community_id
    ) c on c.code = p.code and c.community_id = p.community_id
    group by p.community_id, p.code
"""
