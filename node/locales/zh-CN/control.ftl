### Who works a flight, and how old what is known of it is.

control-handing-back = 正在交还
control-not-in-host = 请勿在离港主机操作本航班。
control-neither = 本航班正在交还主机：这里请勿作任何更改。
handing-back-by = 工号 { $staff } 在 { $desk } 开始交还：{ $reason }

source-head = 信息截至：

# The airline's passenger list.
source-list = 名单 { $time }

# The host's check-in list.
source-check-in = 值机状态 { $time }
source-later-unknown = 之后不明

# 平时定时发送、现已迟到的主机。
host-silent = 主机自 { $time } 起无响应
host-silent-of = { $carrier } 主机自 { $time } 起无响应。
    .at = { $station } 的 { $carrier } 主机自 { $time } 起无响应。

gate-word-handing-back = 正在交还主机
gate-read-only-handing-back = { $flight } 正在交还离港主机。交还完成或取消之前，这里不作任何更改。
reason-host-answers = 主机恢复应答

station-head = 接管本站航班
station-words = 请勾选今后由这里操作的航班。交还之前，任何人不得在离港主机操作这些航班。
station-flights = 由离港主机操作的航班
station-go = 接管所选航班
