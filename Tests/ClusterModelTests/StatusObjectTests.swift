import ClusterModel
import JSONTree
import Testing

struct StatusObjectTests {
    static let answers: [(StatusObject, String)] = [
        (
            .notFound(.service, name: "web"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"services \"web\" not found","reason":"NotFound","details":{"name":"web","kind":"services"},"code":404}"#
        ),
        (
            .alreadyExists(.endpointSlice, name: "web-1"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"endpointslices.discovery.k8s.io \"web-1\" already exists","reason":"AlreadyExists","details":{"name":"web-1","group":"discovery.k8s.io","kind":"endpointslices"},"code":409}"#
        ),
        (
            .conflict(.service, name: "web"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Operation cannot be fulfilled on services \"web\": the object has been modified; please apply your changes to the latest version and try again","reason":"Conflict","details":{"name":"web","kind":"services"},"code":409}"#
        ),
        (
            .invalid(.service, name: "web", [.required("spec.ports")]),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Service \"web\" is invalid: spec.ports: Required value","reason":"Invalid","details":{"name":"web","kind":"Service","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.ports"}]},"code":422}"#
        ),
        (
            .invalid(
                .service,
                name: "web",
                [.duplicate("spec.ports[1].name", "http"), .forbidden("spec.x", "no"), .forbidden("spec.x", "no")]
            ),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Service \"web\" is invalid: [spec.ports[1].name: Duplicate value: \"http\", spec.x: Forbidden: no]","reason":"Invalid","details":{"name":"web","kind":"Service","causes":[{"reason":"FieldValueDuplicate","message":"Duplicate value: \"http\"","field":"spec.ports[1].name"},{"reason":"FieldValueForbidden","message":"Forbidden: no","field":"spec.x"},{"reason":"FieldValueForbidden","message":"Forbidden: no","field":"spec.x"}]},"code":422}"#
        ),
        (
            .watchExpired(requested: 2, oldest: 369),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 2 (369)","reason":"Expired","code":410}"#
        ),
        (
            .expired("The resourceVersion for the provided list is too old.", continueToken: "abc"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{"continue":"abc"},"status":"Failure","message":"The resourceVersion for the provided list is too old.","reason":"Expired","code":410}"#
        ),
        (
            .tooLargeResourceVersion(requested: 99_999_999, current: 329),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Timeout: Too large resource version: 99999999, current: 329","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],"retryAfterSeconds":1},"code":504}"#
        ),
        (
            .namespaceTerminating(.pod, name: "p", namespace: "gone"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \"p\" is forbidden: unable to create new content in namespace gone because it is being terminated","reason":"Forbidden","details":{"name":"p","kind":"pods","causes":[{"reason":"NamespaceTerminating","message":"namespace gone is being terminated","field":"metadata.namespace"}]},"code":403}"#
        ),
        (
            .deleted(.lease, name: "l", uid: "u"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"l","group":"coordination.k8s.io","kind":"leases","uid":"u"},"code":200}"#
        ),
        (
            .unsupportedMediaType(supported: ["application/json", "application/merge-patch+json"]),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the body of the request was in an unknown format - accepted media types include: application/json, application/merge-patch+json","reason":"UnsupportedMediaType","code":415}"#
        ),
        (
            .internalError("disk full"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Internal error occurred: disk full","reason":"InternalError","details":{"causes":[{"message":"disk full"}]},"code":500}"#
        ),
        (
            .methodNotSupported(nil, verb: "delete"),
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the server does not allow this method on the requested resource","reason":"MethodNotAllowed","code":405}"#
        ),
    ]

    @Test(arguments: answers) func bodyIsTheServersAndReadsBack(status: StatusObject, body: String) throws {
        #expect(status.json.description == body)
        #expect(StatusObject(json: try JSONValue(parsing: body)) == status)
    }

    @Test func codesFitTheReasons() {
        #expect(StatusObject.badRequest("x").code == 400)
        #expect(StatusObject.forbidden(.node, name: "n", because: "x").code == 403)
        #expect(StatusObject.unknownResource.code == 404)
        #expect(StatusObject.notAcceptable(supported: ["application/json"]).code == 406)
        #expect(StatusObject.requestTooLarge(limit: 3).code == 413)
        #expect(StatusObject.unavailable("x").code == 503)
        #expect(StatusObject.timeout("x").retryAfterSeconds == 1)
        #expect(StatusObject.listExpired.reason == "Expired")
    }

    @Test func otherObjectsAreNoStatus() {
        #expect(StatusObject(json: Samples.service) == nil)
        #expect(StatusObject(json: "text") == nil)
        let bare = StatusObject(json: ["kind": "Status", "status": "Success"])
        #expect(bare?.isSuccess == true)
        #expect(StatusObject(json: ["kind": "Status"])?.code == 500)
    }

    static let errors: [(FieldError, String)] = [
        (
            .invalid("spec.ports[0].port", 70000, "must be between 1 and 65535, inclusive"),
            "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"
        ),
        (
            .notSupported("spec.type", "X", ["A", "B"]),
            "spec.type: Unsupported value: \"X\": supported values: \"A\", \"B\""
        ),
        (
            .required("metadata.name", "name or generateName is required"),
            "metadata.name: Required value: name or generateName is required"
        ),
        (.tooMany("endpoints", count: 1001, limit: 1000), "endpoints: Too many: 1001: must have at most 1000 items"),
        (
            .tooLong("metadata.annotations", "", limit: 262_144),
            "metadata.annotations: Too long: may not be more than 262144 bytes"
        ),
    ]

    @Test(arguments: errors) func fieldErrorsReadAsTheServers(error: FieldError, text: String) {
        #expect(error.description == text)
    }
}
