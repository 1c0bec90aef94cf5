"""What somebody can be responsible for at the counter, whatever the office."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

TAG_KEEPER = declare("casework.tag_keeper", Text("标签管理", "Keeper of tags"))
