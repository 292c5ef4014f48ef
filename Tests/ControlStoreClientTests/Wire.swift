import JSONTree

/// Texts as a server sends them.
enum Wire {
    static func service(_ name: String, _ version: Int, value: String = "") -> String {
        """
        {"kind":"Service","apiVersion":"v1","metadata":{"name":"\(name)","namespace":"default",\
        "resourceVersion":"\(version)","labels":{"v":"\(value)"}}}
        """
    }

    static func list(_ version: Int, _ items: [String], continuing: String = "") -> String {
        """
        {"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"\(version)",\
        "continue":"\(continuing)"},"items":[\(items.joined(separator: ","))]}
        """
    }

    static func event(_ type: String, _ object: String) -> String { "{\"type\":\"\(type)\",\"object\":\(object)}\n" }

    static func bookmark(_ version: Int) -> String {
        event("BOOKMARK", #"{"kind":"Service","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)"}}"#)
    }

    static func status(_ code: Int, _ reason: String, _ message: String) -> String {
        """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"\(message)",\
        "reason":"\(reason)","code":\(code)}
        """
    }
}
