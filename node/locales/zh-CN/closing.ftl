### The end of a flight.

closing-title = 关闭航班 { $flight }
closing-back = 返回登机
closing-missing = 1. 未到旅客
closing-unload = 2. 待卸行李
closing-no-bag = 没有需要卸下的行李。
closing-off = 是否卸下
closing-bag-off = 行李 { $tag } 已卸下

# On a button: the bag is off the aircraft.
closing-is-off = 已卸下

# Printed, to be filled in by hand.
closing-off-at = 卸下时间 ________
closing-figures = 3. 关闭数据
closing-preview = 预览，尚未生成
closing-version = 第 { $version } 版，{ $taken }
closing-heads = 各舱人数
closing-bags = 各目的地行李
closing-no-bags = 机上没有行李。
closing-reopen-reason = 重新打开的原因
closing-reopen = 重新打开航班
closing-close = 关闭 { $flight } 并生成数据
closing-taken = { $time }，工号 { $staff }，{ $desk }
closing-closed = 已关闭 { $taken }
closing-off-flight = 已减客
closing-not-aboard = 未登机
closing-nobody = 不知属于何人
closing-stamp = { $time }，工号 { $staff }
closing-blocked-guests = { $count } 位旅客未到，航班关闭后将留在本站。
closing-blocked-bags = { $count } 件行李的旅客未登机：卸下后请逐件勾选。
