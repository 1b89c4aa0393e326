### Pages that stand for an answer that is not there.

error-safe = 什么是安全的
error-remedy = 怎么办
error-code = 代码
error-back = 返回航班

trouble-safe = 没有任何更改。已保存的内容仍然保存。
trouble-perhaps = 屏幕显示已保存的内容都已保存。您刚才提交的可能未保存。
trouble-kept = 没有任何更改，报文已按原样保存。
trouble-kept-as = { $remedy }报文保存为 { $id }。
