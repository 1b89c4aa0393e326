### The page of the flights.

start-title = 航班
start-head = { $station } 航班
start-empty = 这里还没有旅客名单。
start-empty-import = 请导入 PNL({ $command })，或稍候：连通后会自动收到邻近工作台的名单。
start-progress = { $boarded }/{ $of }
start-progress-label = 已值机旅客中已登机
start-board = 登机
start-who = 当前工作人员
start-staff-at = 工号 { $staff }，{ $desk }。
start-staff-number = 工号
start-shift = 开始当班
start-staff-hint = 每班输入一次；启用登录之前不作验证：您的操作记在这个工号名下。
start-go = 本机可做的工作
start-gate = 登机、关闭航班
start-counter = 值机、座位、行李
start-baggage = 事故记录、交接扫描
start-desk = 什么存在哪里
start-hub = 所有工作台、冲突
start-staff-missing = 请先输入工号。
start-staff-missing-words = 您的操作记在工号名下。尚未保存任何内容；输入后请重新操作。
start-staff-wrong = 这不是工号。
start-staff-wrong-words = 请输入 2 到 16 位字母和数字，例如 4711。
start-sources = { $flight }：{ $sources }。
