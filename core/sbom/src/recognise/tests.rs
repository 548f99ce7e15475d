//! Every form by its name.

use super::*;

#[track_caller]
fn check_form(text: &str, form: Recognised) {
    assert_eq!(
        recognise(text).map_err(|refused| refused.to_string()),
        Ok(form),
        "{text}"
    );
}

#[track_caller]
fn check_refused(bytes: &[u8], words: &str) {
    let refused = parse(bytes).map(|parsed| parsed.value).unwrap_err();
    assert!(refused.to_string().contains(words), "{refused}");
}

#[test]
fn the_form_is_told_by_content() {
    check_form(r#"{"bomFormat":"CycloneDX"}"#, Recognised::CycloneDxJson);
    check_form(r#" {"x":[{}],"bomFormat":"cyclonedx"}"#, Recognised::CycloneDxJson);
    check_form(r#"{"specVersion":"1.5","components":[]}"#, Recognised::CycloneDxJson);
    check_form(
        r#"{"$schema":"http://cyclonedx.org/schema/bom-1.4.schema.json"}"#,
        Recognised::CycloneDxJson,
    );
    check_form(r#"{"spdxVersion":"SPDX-2.3"}"#, Recognised::Spdx2Json);
    check_form(r#"{"SPDXID":"SPDXRef-DOCUMENT"}"#, Recognised::Spdx2Json);
    check_form(r#"{"sbom":{"spdxVersion":"SPDX-2.3"}}"#, Recognised::Spdx2Json);
    check_form(r#"{"@graph":[]}"#, Recognised::Spdx3);
    check_form(
        r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}"#,
        Recognised::Spdx3,
    );
    check_form("SPDXVersion: SPDX-2.3\n", Recognised::Spdx2TagValue);
    check_form("# a comment\n\nspdxversion:SPDX-2.2", Recognised::Spdx2TagValue);
    check_form("PackageName: x\n", Recognised::Spdx2TagValue);
    check_form("<?xml version='1.0'?>\n<!-- x --><bom/>", Recognised::CycloneDxXml);
    check_form("<c:bom xmlns:c='x'/>", Recognised::CycloneDxXml);
}

#[test]
fn what_is_not_read_is_refused_by_its_name() {
    check_refused(b"", "the document is empty");
    check_refused(b" \n", "the document is empty");
    check_refused(b"\x0A\x031.6\x10\x01", "protobuf");
    check_refused(b"# proto-file: schema/bom-1.6.proto\n", "protobuf text");
    check_refused(b"spec_version: \"1.6\"\nversion: 1\n", "protobuf text");
    check_refused(b"---\nSPDXID: \"SPDXRef-DOCUMENT\"\n", "YAML");
    check_refused(b"spdxVersion: \"SPDX-2.3\"\n", "SPDX in YAML");
    check_refused(b"bomFormat: CycloneDX\n", "CycloneDX in YAML");
    check_refused(b"<rdf:RDF xmlns:rdf='x'/>", "RDF/XML");
    check_refused(
        b"<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID></Document>",
        "SPDX in XML",
    );
    check_refused(b"<SoftwareIdentity name='x'/>", "a SWID tag");
    check_refused(b"<!DOCTYPE html>\n<html></html>", "an HTML page");
    check_refused(b"<project/>", "neither CycloneDX nor SPDX");
    let dtd = "a document type declaration is refused";
    check_refused(b"<!DOCTYPE lolz [<!ENTITY a 'b'>]><bom/>", dtd);
    check_refused(b"<?xml version='1.0'?>\n<!DOCTYPE project><project/>", dtd);
    check_refused(b"<!DOCTYPE bom><bom/>", dtd);
    check_refused(b"<!DOCTYPE rdf:RDF><rdf:RDF/>", "RDF/XML");
    check_refused(b"{}", "neither CycloneDX nor SPDX");
    check_refused(
        b"{\"name\":\"x\",\"lockfileVersion\":3}",
        "neither CycloneDX nor SPDX",
    );
    check_refused(b"{\"bomFormat\":\"Other\"}", "`bomFormat` is `Other`");
    check_refused(b"{\"payloadType\":\"x\",\"payload\":\"\"}", "a DSSE envelope");
    check_refused(b"{\"predicateType\":\"x\",\"predicate\":{}}", "an in-toto statement");
    check_refused(b"[{\"bomFormat\":\"CycloneDX\"}]", "a JSON list");
    check_refused(b"\"SPDX-2.3\"", "a JSON list or text");
    check_refused(b"null", "no SBOM");
    check_refused(b"12", "no SBOM");
    check_refused(b"eyJib21Gb3JtYXQiOiJDeWNsb25lRFgifQ==", "no SBOM");
    check_refused(b"{\"a\":", "the document ends");
    check_refused(b"\x1F\x8B\x08\0", "a gzip file");
    check_refused(b"\x28\xB5\x2F\xFD\0", "a zstd file");
    check_refused(b"PK\x03\x04\0", "a zip archive");
    check_refused(b"BZh91AY", "a bzip2 file");
    check_refused(b"%PDF-1.7", "a PDF document");
    check_refused(b"\x89PNG\r\n", "a PNG picture");
    check_refused(b"\x7FELF\x02", "an ELF program");
    check_refused(
        b"version https://git-lfs.github.com/spec/v1\n",
        "a pointer of git-lfs",
    );
    check_refused(b"\xE9t\xE9", "not UTF-8");
    check_refused(&[0; 1000], "no SBOM");
    check_refused(&b"[".repeat(200_000), "deeper than");
    check_refused(&b"{\"a\":".repeat(200_000), "deeper than");
    check_refused(&b"<a>".repeat(200_000), "neither CycloneDX nor SPDX");
}
