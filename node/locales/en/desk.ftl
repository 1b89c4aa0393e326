### This desk: what is saved where.

desk-head = This desk: { $desk }
desk-version = { $role }, { $station }, version { $version }
desk-here-hint = Entries of this desk, in its own journal, written through to the disk before the screen answers.
desk-station = At the station
desk-station-of = { $have } of { $of } desks
desk-hub = At the hub
desk-neighbours = Neighbours
desk-screens = Their screens:
desk-messages-look = Look at them, or hand one in
desk-journal = Journal
desk-journal-whole = Every file read back whole at the last start.
desk-files = Files
desk-size = Size
desk-all-there = All there
desk-waiting = { $count } waiting
desk-hub-words = Hub { $state }.
desk-hub-later = Hub { $state }. Everything goes up by itself, once, when it is reached.
desk-lacks = { $desk } lacks { $count }
desk-no-neighbour = No neighbour desk is known yet.
desk-not-heard = { $count } of { $of } other desks were not heard since this desk started.
desk-none-heard = No neighbour desk was heard yet.
desk-all-have = Every desk of the station has all of it.
desk-lacking = { $desks }. It goes there by itself when the desk is reached.
desk-damaged = { $count } pieces did not read back. Neighbours still have what was sent to them. Do not switch this desk off; call the duty manager.
