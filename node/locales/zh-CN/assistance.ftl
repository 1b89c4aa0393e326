### Helping guests.

assistance-title = 旅客协助
assistance-start = 须协助的旅客和前往的人员
assistance-counts = 等候 { $waiting }，前往 { $coming }
assistance-all-flights = 近期全部航班
assistance-over-too = 包括已完成的
assistance-show = 显示
assistance-jobs = 任务
assistance-more = 显示 { $count } 项中的 { $shown } 项：请选择航班。
assistance-none = 没有旅客等候协助。

help-who = 协助人员
help-place = 地点
help-gate = 登机口 { $gate }
help-order = 预订
help-order-more = 预订其他协助
help-order-what = 协助项目
help-assign = 指派
help-assign-again = 改派
help-pick-up = 已接到
help-hand-over = 已交接
help-cancel = 不需要
help-step-for = { $step }：{ $name }
help-col-service = 项目
help-col-ordered = 预订
help-col-assigned = 指派
help-col-picked-up = 接到
help-col-handed-over = 交接

helping-ordered = { $service }：{ $time } 预订，尚无人前往
helping-coming = { $service }：{ $who } 自 { $time } 前往
helping-picked-up = { $service }：{ $who } 于 { $time } 接到
helping-over = { $service }：{ $time } 已交接
