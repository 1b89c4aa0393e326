### What two desks did that does not go together.

conflict-shown = 目前显示：{ $what }
conflict-proposal = 建议：
conflict-seat = 给予座位

conflicts-hint = 两个工作台互相看不到时各自做的、彼此不相容的操作。没有丢失任何内容；工作可照常进行。
conflicts-none = 没有冲突。

conflict-report = 行李运输事故记录
conflict-departure = 起飞：{ $when }
conflict-when = 该工作台时钟 { $time }
conflict-with-seat = { $words }座位 { $seat }。
