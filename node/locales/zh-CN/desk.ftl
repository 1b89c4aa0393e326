### This desk: what is saved where.

desk-head = 本机：{ $desk }
desk-version = { $role }，{ $station }，版本 { $version }
desk-here-hint = 本机写入自己日志的条目；屏幕回答之前已写入磁盘。
desk-station = 本站已收
desk-station-of = { $have }/{ $of } 台
desk-hub = 中心
desk-neighbours = 邻近工作台
desk-screens = 它们的屏幕：
desk-messages-look = 查看报文，或提交报文
desk-journal = 日志
desk-journal-whole = 上次启动时所有文件均完整读回。
desk-files = 文件数
desk-size = 大小
desk-all-there = 已全部送达
desk-waiting = 待发送 { $count }
desk-hub-words = 中心{ $state }。
desk-hub-later = 中心{ $state }。连通后会自动上传一次。
desk-lacks = { $desk } 缺 { $count }
desk-no-neighbour = 还不知道邻近工作台。
desk-not-heard = 本机启动以来，其他 { $of } 台中有 { $count } 台没有联系。
desk-none-heard = 还没有邻近工作台联系。
desk-all-have = 本站所有工作台均已收齐。
desk-lacking = { $desks }。连通后会自动送达。
desk-damaged = 有 { $count } 块数据未能读回。已发送给邻近工作台的内容仍在。请勿关闭本机；请联系值班主任。
