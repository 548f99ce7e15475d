//! Every address, and who may ask for it.

use std::time::Duration;

use operations::Permission::{
    AcceptRisk, AcceptStatements, ActOnWork, Administer, Analyse, AnswerAsMaker,
    AnswerQuestions, DeliverDocuments, ExportDevices, ImportInventory, KeepEvidence,
    KeepPurchases, KeepSuppliers, ManagePeople, ViewAudit, ViewDevices, ViewEvidence,
    ViewPeople, ViewPurchases, ViewSuppliers,
};
use reading::limits;

use crate::House;
use crate::access::{Addresses, FORM_MAX, needs, open_to_all, signed_in};
use crate::page::{
    account, advisory, audit, component, confirm, customer, designation, device,
    evidence, feed, first_run, health, import, judging, life_cycle, maker, mds2,
    organisation, password, people, posture, product, provider, purchase, question,
    report, saved, search, setting, sign_in, supplier, today, vulnerability, webhook,
    welcome, work,
};
use crate::parts::Takes;
use crate::token::FIELDS_MAX;
use crate::{api, asset, openapi};

/// How long a file may take to arrive: 256 MiB over 2.4 Mbit/s.
const ARRIVAL: Duration = Duration::from_secs(15 * 60);
/// How long a large file may take to be read.
const READING: Duration = Duration::from_secs(3 * 60);

/// What brings inventories in, and takes them away.
fn imports(addresses: Addresses) -> Addresses {
    addresses
        .get("/imports", needs(ViewDevices, import::list))
        .get("/imports/new", needs(ImportInventory, import::arrival::show))
        .post(
            "/imports/new",
            needs(ImportInventory, import::arrival::send)
                .taking(limits::DOCUMENT_BYTES_MAX + FIELDS_MAX, ARRIVAL),
        )
        .get(
            "/imports/uploads/{upload}",
            needs(ImportInventory, import::upload::show).taking(FIELDS_MAX, READING),
        )
        .post(
            "/imports/uploads/{upload}",
            needs(ImportInventory, import::upload::act).taking(FIELDS_MAX, READING),
        )
        .post(
            "/imports/uploads/{upload}/thrown-away",
            needs(ImportInventory, import::upload::throw_away),
        )
        .get(
            "/imports/sources/{source}/devices.csv",
            needs(ExportDevices, import::export::separated).grave(),
        )
        .get(
            "/imports/sources/{source}/devices.xlsx",
            needs(ExportDevices, import::export::workbook)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .get(
            "/imports/sources/{source}/taken-back",
            needs(ImportInventory, import::take_back::show_source)
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/imports/sources/{source}/taken-back",
            needs(ImportInventory, import::take_back::source).grave(),
        )
        .get(
            "/imports/{import}/taken-back",
            needs(ImportInventory, import::take_back::show_import)
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/imports/{import}/taken-back",
            needs(ImportInventory, import::take_back::import).grave(),
        )
        .get("/imports/{import}", needs(ViewDevices, import::show::show))
        .get("/imports/{import}/events", needs(ViewDevices, import::events::show))
        .get("/judging/events", needs(ViewDevices, judging::events))
        .get("/imports/{import}/file", needs(ExportDevices, import::show::file).grave())
        .get("/imports/{import}/complaints", needs(ViewDevices, import::complaint::list))
        .get(
            "/imports/{import}/complaints.csv",
            needs(ExportDevices, import::complaint::separated).grave(),
        )
}

/// What makers state about vulnerabilities of their products.
fn statements(addresses: Addresses) -> Addresses {
    addresses
        .get(
            "/products/releases/{release}/statements/new",
            needs(DeliverDocuments, product::statement::show),
        )
        .post(
            "/products/releases/{release}/statements/new",
            needs(DeliverDocuments, product::statement::send)
                .taking(limits::DOCUMENT_BYTES_MAX + FIELDS_MAX, ARRIVAL),
        )
        .get(
            "/products/statements/{document}",
            needs(ViewDevices, product::statement::look).taking(FIELDS_MAX, READING),
        )
        .get(
            "/products/statements/{document}/file",
            needs(ViewDevices, product::statement::file).grave(),
        )
        .post(
            "/products/statements/{document}/accepted",
            needs(AcceptStatements, product::statement::accept)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/products/acceptances/{acceptance}/taken-back",
            needs(AcceptStatements, product::statement::take_back),
        )
}

/// What makers deliver about their products.
fn products(addresses: Addresses) -> Addresses {
    addresses
        .get("/components", needs(ViewDevices, component::list))
        .get("/components/one", needs(ViewDevices, component::one))
        .get("/products", needs(ViewDevices, product::list::list))
        .get("/products/bills/new", needs(DeliverDocuments, product::arrival::show))
        .post(
            "/products/bills/new",
            needs(DeliverDocuments, product::arrival::send)
                .taking(limits::DOCUMENT_BYTES_MAX + FIELDS_MAX, ARRIVAL),
        )
        .get(
            "/products/bills/{original}",
            needs(DeliverDocuments, product::placing::show).taking(FIELDS_MAX, READING),
        )
        .post(
            "/products/bills/{original}",
            needs(DeliverDocuments, product::placing::act).taking(FIELDS_MAX, READING),
        )
        .post(
            "/products/bills/{original}/set-aside",
            needs(DeliverDocuments, product::placing::put_away),
        )
        .get("/products/{product}", needs(ViewDevices, product::list::show))
        .post(
            "/products/{product}/audience",
            needs(DeliverDocuments, product::audience::set),
        )
        .get(
            "/products/releases/{release}",
            needs(ViewDevices, product::release::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/products/releases/{release}/difference/{other}",
            needs(ViewDevices, product::difference::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/products/releases/{release}/builds",
            needs(DeliverDocuments, product::builds::show).taking(FIELDS_MAX, READING),
        )
        .post(
            "/products/releases/{release}/builds",
            needs(DeliverDocuments, product::builds::describe)
                .taking(FIELDS_MAX, READING),
        )
        .get(
            "/products/documents/{bill}",
            needs(ViewDevices, product::release::document).grave(),
        )
        .post(
            "/products/documents/{bill}/withdrawn",
            needs(DeliverDocuments, product::release::withdraw),
        )
}

/// What makers disclose of the security of their products.
fn forms(addresses: Addresses) -> Addresses {
    let file_max = limits::DOCUMENT_BYTES_MAX + FIELDS_MAX;
    addresses
        .get(mds2::HOME, needs(ViewDevices, mds2::list::list))
        .get("/mds2/new", needs(DeliverDocuments, mds2::arrival::show))
        .post(
            "/mds2/new",
            needs(DeliverDocuments, mds2::arrival::send).taking(file_max, ARRIVAL),
        )
        .get("/mds2/empty.xlsx", signed_in(mds2::show::empty))
        .get(
            "/mds2/compare",
            needs(ViewDevices, mds2::compare::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/mds2/{form}",
            needs(ViewDevices, mds2::show::show).taking(FIELDS_MAX, READING),
        )
        .get("/mds2/{form}/file", needs(ViewDevices, mds2::show::file).grave())
        .get(
            "/mds2/{form}/workbook.xlsx",
            needs(ViewDevices, mds2::show::workbook).grave().taking(FIELDS_MAX, READING),
        )
        .get(
            "/mds2/{form}/place",
            needs(DeliverDocuments, mds2::placing::show).taking(FIELDS_MAX, READING),
        )
        .post("/mds2/{form}/place", needs(DeliverDocuments, mds2::placing::act))
        .post("/mds2/{form}/ended", needs(DeliverDocuments, mds2::show::ended))
        .get("/maker/mds2/new", needs(AnswerAsMaker, maker::form::show))
        .post(
            "/maker/mds2/new",
            needs(AnswerAsMaker, maker::form::send).taking(file_max, ARRIVAL),
        )
}

/// What a supplier's guest sees, delivers and answers, and what the house does with it.
fn makers(addresses: Addresses) -> Addresses {
    let stating = "/maker/releases/{release}/statements/new";
    addresses
        .get(
            "/maker/products",
            needs(AnswerAsMaker, maker::product::list).taking(FIELDS_MAX, READING),
        )
        .get(
            "/maker/releases/{release}",
            needs(AnswerAsMaker, maker::product::show).taking(FIELDS_MAX, READING),
        )
        .get("/maker/sboms/new", needs(AnswerAsMaker, maker::sbom::show))
        .post(
            "/maker/sboms/new",
            needs(AnswerAsMaker, maker::sbom::send)
                .taking(limits::DOCUMENT_BYTES_MAX + FIELDS_MAX, ARRIVAL),
        )
        .get(stating, needs(AnswerAsMaker, maker::statement::show))
        .post(
            stating,
            needs(AnswerAsMaker, maker::statement::send)
                .taking(limits::DOCUMENT_BYTES_MAX + FIELDS_MAX, ARRIVAL),
        )
        .get(
            "/maker/statements/{document}",
            needs(AnswerAsMaker, maker::statement::look).taking(FIELDS_MAX, READING),
        )
        .post(
            "/products/documents/{bill}/in-force",
            needs(DeliverDocuments, product::release::put_in_force),
        )
        .post(
            "/products/documents/{bill}/declined",
            needs(DeliverDocuments, product::release::decline),
        )
        .post(
            "/products/statements/{document}/declined",
            needs(AcceptStatements, product::statement::decline),
        )
        .get("/maker/questions", needs(AnswerAsMaker, maker::question::list))
        .get("/maker/questions/{question}", needs(AnswerAsMaker, maker::question::show))
        .post("/maker/questions/{question}", needs(AnswerAsMaker, maker::question::act))
}

/// What is known of suppliers before anything is bought, and what a supplier's guest shows.
fn suppliers(addresses: Addresses) -> Addresses {
    let entering = "/suppliers/{supplier}/entries/new";
    let entry = "/suppliers/{supplier}/entries/{entry}";
    let dropping = "/suppliers/{supplier}/documents/new";
    let flag = "/maker/red-flags/{flag}";
    let file_max = limits::DOCUMENT_BYTES_MAX + FIELDS_MAX;
    addresses
        .get(
            supplier::HOME,
            needs(ViewSuppliers, supplier::list::list).taking(FIELDS_MAX, READING),
        )
        .get("/suppliers/new", needs(KeepSuppliers, supplier::deed::show))
        .post("/suppliers/new", needs(KeepSuppliers, supplier::deed::make))
        .get(
            "/suppliers/{supplier}",
            needs(ViewSuppliers, supplier::show::show).taking(FIELDS_MAX, READING),
        )
        .post("/suppliers/{supplier}/name", needs(KeepSuppliers, supplier::deed::name))
        .post("/suppliers/{supplier}/names", needs(KeepSuppliers, supplier::deed::names))
        .post("/suppliers/{supplier}/asked", needs(KeepSuppliers, supplier::deed::ask))
        .get(entering, needs(KeepSuppliers, supplier::entry::show_new))
        .post(
            entering,
            needs(KeepSuppliers, supplier::entry::send).taking(file_max, ARRIVAL),
        )
        .get(entry, needs(ViewSuppliers, supplier::entry::show))
        .post(
            entry,
            needs(KeepSuppliers, supplier::entry::change).taking(file_max, ARRIVAL),
        )
        .post(
            "/suppliers/{supplier}/entries/{entry}/withdrawn",
            needs(KeepSuppliers, supplier::entry::withdrawn),
        )
        .post(
            "/suppliers/{supplier}/entries/{entry}/confirmed",
            needs(KeepSuppliers, supplier::entry::confirmed),
        )
        .get(dropping, needs(KeepSuppliers, supplier::document::show))
        .post(
            dropping,
            needs(KeepSuppliers, supplier::document::send).taking(file_max, ARRIVAL),
        )
        .get(
            "/suppliers/{supplier}/documents/{original}",
            needs(ViewSuppliers, supplier::document::file).grave(),
        )
        .get(maker::shown::HOME, needs(AnswerAsMaker, maker::shown::list))
        .get("/maker/shown/new", needs(AnswerAsMaker, maker::shown::show))
        .post(
            "/maker/shown/new",
            needs(AnswerAsMaker, maker::shown::send).taking(file_max, ARRIVAL),
        )
        .post(
            "/maker/shown/{entry}/taken-back",
            needs(AnswerAsMaker, maker::shown::take_back),
        )
        .get(flag, needs(AnswerAsMaker, maker::flag::show))
        .post(flag, needs(AnswerAsMaker, maker::flag::act))
}

/// What is bought, and who bids.
fn purchases(addresses: Addresses) -> Addresses {
    let said_max = limits::PURCHASE_BYTES_MAX;
    let file_max = limits::DOCUMENT_BYTES_MAX + FIELDS_MAX;
    let files = "/purchases/{purchase}/bidders/{bidder}/files/new";
    bids(addresses)
        .get(purchase::HOME, needs(ViewPurchases, purchase::list::list))
        .get("/purchases/new", needs(KeepPurchases, purchase::said::show_new))
        .post(
            "/purchases/new",
            needs(KeepPurchases, purchase::said::send_new).taking(said_max, READING),
        )
        .get("/purchases/profile.toml", needs(ViewPurchases, purchase::files::profile))
        .get(
            "/purchases/{purchase}",
            needs(ViewPurchases, purchase::compare::show).taking(FIELDS_MAX, READING),
        )
        .get("/purchases/{purchase}/said", needs(KeepPurchases, purchase::said::show))
        .post(
            "/purchases/{purchase}/said",
            needs(KeepPurchases, purchase::said::send).taking(said_max, READING),
        )
        .get(
            files,
            needs(KeepPurchases, purchase::files::show).taking(FIELDS_MAX, READING),
        )
        .post(
            files,
            needs(KeepPurchases, purchase::files::send).taking(file_max, ARRIVAL),
        )
        .get(
            "/purchases/{purchase}/files/{file}",
            needs(ViewPurchases, purchase::files::take).grave(),
        )
        .post(
            "/purchases/{purchase}/files/{file}/taken-out",
            needs(KeepPurchases, purchase::files::taken_out),
        )
        .post(
            "/purchases/{purchase}/awarded",
            needs(KeepPurchases, purchase::decide::awarded)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
        .post(
            "/purchases/{purchase}/cancelled",
            needs(KeepPurchases, purchase::decide::cancelled),
        )
        .get(
            "/purchases/{purchase}/record",
            needs(ViewPurchases, purchase::decide::record).grave(),
        )
}

/// Bids of a purchase.
fn bids(addresses: Addresses) -> Addresses {
    let one = "/purchases/{purchase}/bidders/{bidder}";
    addresses
        .get(
            "/purchases/{purchase}/bidders/new",
            needs(KeepPurchases, purchase::bidder::show),
        )
        .post(
            "/purchases/{purchase}/bidders/new",
            needs(KeepPurchases, purchase::bidder::send),
        )
        .get(one, needs(ViewPurchases, purchase::bid::show).taking(FIELDS_MAX, READING))
        .get(
            "/purchases/{purchase}/bidders/{bidder}/questions.csv",
            needs(ViewPurchases, purchase::files::separated)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .get(
            "/purchases/{purchase}/bidders/{bidder}/questions.xlsx",
            needs(ViewPurchases, purchase::files::workbook)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/purchases/{purchase}/bidders/{bidder}/left-out",
            needs(KeepPurchases, purchase::bidder::left_out),
        )
        .post(
            "/purchases/{purchase}/bidders/{bidder}/overrides",
            needs(KeepPurchases, purchase::decide::ask)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/purchases/{purchase}/overrides/{override}/approved",
            needs(AcceptRisk, purchase::decide::approved).grave(),
        )
        .post(
            "/purchases/{purchase}/overrides/{override}/ended",
            needs(KeepPurchases, purchase::decide::ended),
        )
}

/// What an organisation shows for itself.
fn evidence(addresses: Addresses) -> Addresses {
    let one = "/evidence/{evidence}";
    let file_max = limits::DOCUMENT_BYTES_MAX + FIELDS_MAX;
    purchases(reports(posture(addresses)))
        .get(evidence::HOME, needs(ViewEvidence, evidence::list::list))
        .get("/evidence/new", needs(KeepEvidence, evidence::new::show))
        .post(
            "/evidence/new",
            needs(KeepEvidence, evidence::new::send).taking(file_max, ARRIVAL),
        )
        .get("/evidence/entries/new", needs(KeepEvidence, evidence::enter::show))
        .post(
            "/evidence/entries/new",
            needs(KeepEvidence, evidence::enter::send).taking(file_max, ARRIVAL),
        )
        .get(one, needs(ViewEvidence, evidence::show::show).taking(FIELDS_MAX, READING))
        .get(
            "/evidence/{evidence}/file",
            needs(KeepEvidence, evidence::show::file).grave(),
        )
        .post(
            "/evidence/{evidence}/taken",
            needs(KeepEvidence, evidence::show::taken).taking(FIELDS_MAX, READING),
        )
        .post(
            "/evidence/{evidence}/thrown-away",
            needs(KeepEvidence, evidence::show::thrown_away),
        )
        .post(
            "/evidence/{evidence}/withdrawn",
            needs(KeepEvidence, evidence::show::withdrawn),
        )
        .get(designation::HOME, signed_in(designation::list))
        .get("/designations/new", needs(KeepEvidence, designation::show_new))
        .post("/designations/new", needs(KeepEvidence, designation::send))
        .post(
            "/designations/{designation}/accepted",
            signed_in(designation::accepted).in_person(),
        )
        .post("/designations/{designation}/ended", needs(KeepEvidence, designation::over))
}

/// Where an organisation stands by what it shows.
fn posture(addresses: Addresses) -> Addresses {
    addresses
        .get(
            posture::HOME,
            needs(ViewEvidence, posture::overview::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/posture/{control}",
            needs(ViewEvidence, posture::control::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/posture/oscal/{model}",
            needs(ViewEvidence, posture::told::take).taking(FIELDS_MAX, READING).grave(),
        )
        .post(
            "/posture/{control}/attested",
            needs(KeepEvidence, posture::control::attested).in_person().grave(),
        )
        .post(
            "/posture/{control}/tailoring",
            needs(AcceptRisk, posture::tailoring::say)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/posture/{control}/exceptions",
            needs(KeepEvidence, posture::tailoring::ask)
                .grave()
                .taking(FIELDS_MAX, READING),
        )
        .post(
            "/posture/exceptions/{exception}/approved",
            needs(AcceptRisk, posture::tailoring::approved).grave(),
        )
        .post(
            "/posture/exceptions/{exception}/ended",
            needs(KeepEvidence, posture::tailoring::ended),
        )
}

/// What is read on paper.
fn reports(addresses: Addresses) -> Addresses {
    addresses
        .get(report::HOME, needs(ViewEvidence, report::list).taking(FIELDS_MAX, READING))
        .get(
            "/reports/posture",
            needs(ViewEvidence, report::posture::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/reports/posture/file",
            needs(ViewEvidence, report::posture::take)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
        .get(
            "/reports/posture/pdf",
            needs(ViewEvidence, report::posture::print)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
        .get(
            "/reports/board",
            needs(ViewEvidence, report::board::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/reports/board/file",
            needs(ViewEvidence, report::board::take).taking(FIELDS_MAX, READING).grave(),
        )
        .get(
            "/reports/pack",
            needs(ViewEvidence, report::pack::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/reports/pack/file",
            needs(ViewEvidence, report::pack::take).taking(FIELDS_MAX, READING).grave(),
        )
        .get(
            "/reports/board/pdf",
            needs(ViewEvidence, report::board::print).taking(FIELDS_MAX, READING).grave(),
        )
        .get(
            "/reports/suppliers/{supplier}",
            needs(ViewSuppliers, report::supplier::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/reports/suppliers/{supplier}/file",
            needs(ViewSuppliers, report::supplier::take)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
        .get(
            "/reports/suppliers/{supplier}/pdf",
            needs(ViewSuppliers, report::supplier::print)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
        .get(
            "/reports/purchases/{purchase}",
            needs(ViewPurchases, report::purchase::show).taking(FIELDS_MAX, READING),
        )
        .get(
            "/reports/purchases/{purchase}/file",
            needs(ViewPurchases, report::purchase::take)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
        .get(
            "/reports/purchases/{purchase}/pdf",
            needs(ViewPurchases, report::purchase::print)
                .taking(FIELDS_MAX, READING)
                .grave(),
        )
}

/// How large a bill of materials may be that a program sends within JSON.
const ENCODED_MAX: usize = 48 * 1024 * 1024;

/// What programs speak with Dependency-Track.
fn api(addresses: Addresses) -> Addresses {
    projects(addresses)
        .get("/api/version", open_to_all(api::version::show))
        .put(
            "/api/v1/bom",
            needs(DeliverDocuments, api::bom::put)
                .by_token()
                .taking(ENCODED_MAX, ARRIVAL),
        )
        .post(
            "/api/v1/bom",
            needs(DeliverDocuments, api::bom::post)
                .by_token()
                .taking(limits::DOCUMENT_BYTES_MAX + FIELDS_MAX, ARRIVAL),
        )
        .get(
            "/api/v1/bom/token/{uuid}",
            needs(DeliverDocuments, api::bom::processing).by_token(),
        )
        .get(
            "/api/v1/event/token/{uuid}",
            needs(DeliverDocuments, api::bom::processing).by_token(),
        )
        .get(
            "/api/v1/component/project/{uuid}",
            needs(ViewDevices, api::component::list)
                .by_token()
                .taking(FIELDS_MAX, READING),
        )
        .get(
            "/api/v1/finding/project/{uuid}",
            needs(ViewDevices, api::finding::list).by_token().taking(FIELDS_MAX, READING),
        )
        .get(
            "/api/v1/vulnerability/project/{uuid}",
            needs(ViewDevices, api::finding::vulnerabilities)
                .by_token()
                .taking(FIELDS_MAX, READING),
        )
        .get(
            "/api/v1/violation/project/{uuid}",
            needs(ViewDevices, api::finding::violations).by_token(),
        )
        .get(
            "/api/v1/metrics/project/{uuid}/current",
            needs(ViewDevices, api::metrics::current)
                .by_token()
                .taking(FIELDS_MAX, READING),
        )
        .get(
            "/api/v1/metrics/project/{uuid}/refresh",
            needs(ViewDevices, api::metrics::refresh).by_token(),
        )
        .get(
            "/api/v1/analysis",
            needs(ViewDevices, api::analysis::show)
                .by_token()
                .taking(FIELDS_MAX, READING),
        )
        .put(
            "/api/v1/analysis",
            needs(Analyse, api::analysis::put).by_token().taking(FIELDS_MAX, READING),
        )
}

/// What they call a project.
fn projects(addresses: Addresses) -> Addresses {
    addresses
        .get("/api/v1/project", needs(ViewDevices, api::project::list).by_token())
        .get(
            "/api/v1/project/lookup",
            needs(ViewDevices, api::project::look_up).by_token(),
        )
        .get(
            "/api/v1/project/latest/{name}",
            needs(ViewDevices, api::project::newest).by_token(),
        )
        .get(
            "/api/v1/project/tag/{tag}",
            needs(ViewDevices, api::project::tagged).by_token(),
        )
        .get("/api/v1/project/{uuid}", needs(ViewDevices, api::project::show).by_token())
        .get(
            "/api/v1/project/{uuid}/children",
            needs(ViewDevices, api::project::children).by_token(),
        )
        .patch(
            "/api/v1/project/{uuid}",
            needs(DeliverDocuments, api::project::patch).by_token(),
        )
        .put("/api/v1/project", needs(DeliverDocuments, api::project::put).by_token())
}

/// What somebody has to answer.
fn questions(addresses: Addresses) -> Addresses {
    addresses
        .get("/questions", needs(ViewDevices, question::list::list))
        .get(
            "/questions/export",
            needs(ExportDevices, question::export::separated).grave(),
        )
        .get("/questions/answers", needs(AnswerQuestions, question::answers::show))
        .post(
            "/questions/answers",
            needs(AnswerQuestions, question::answers::act).taking(FIELDS_MAX, READING),
        )
        .get("/questions/{question}", needs(ViewDevices, question::show::show))
        .post("/questions/{question}", needs(AnswerQuestions, question::show::act))
        .post(
            "/questions/{question}/maker",
            needs(AnswerQuestions, question::show::ask_maker),
        )
        .post(
            "/questions/{question}/notes",
            needs(AnswerQuestions, question::note::write),
        )
        .post(
            "/questions/{question}/notes/{note}/taken-back",
            needs(AnswerQuestions, question::note::withdraw),
        )
        .post(
            "/questions/{question}/answers/{answer}/taken-back",
            needs(AnswerQuestions, question::show::withdraw),
        )
}

/// What customers ask a maker in its own house.
fn customers(addresses: Addresses) -> Addresses {
    let one = "/customers/questions/{question}";
    let flaw = "/customers/flaws/{product}/{vulnerability}";
    addresses
        .get(customer::register::HOME, needs(ViewDevices, customer::register::list))
        .post(customer::register::HOME, needs(AnswerQuestions, customer::register::add))
        .post(
            "/customers/{customer}/removed",
            needs(AnswerQuestions, customer::register::remove),
        )
        .get(customer::flaw::HOME, needs(ViewDevices, customer::flaw::list))
        .get(flaw, needs(ViewDevices, customer::flaw::show))
        .post(flaw, needs(AnswerQuestions, customer::flaw::act))
        .post(
            "/customers/flaws/{product}/{vulnerability}/taken-back",
            needs(AnswerQuestions, customer::flaw::take_back),
        )
        .get(customer::HOME, needs(ViewDevices, customer::list))
        .get("/customers/questions/new", needs(AnswerQuestions, customer::bring::show))
        .post(
            "/customers/questions/new",
            needs(AnswerQuestions, customer::bring::send)
                .taking(Takes::Questions.bytes_max() + FIELDS_MAX, ARRIVAL),
        )
        .get(
            "/customers/questions/export",
            needs(ExportDevices, customer::export::separated).grave(),
        )
        .get(one, needs(ViewDevices, customer::answer::show))
        .post(one, needs(AnswerQuestions, customer::answer::act))
}

/// What is to be done about devices.
fn worklist(addresses: Addresses) -> Addresses {
    addresses
        .get("/work", needs(ViewDevices, work::list::list))
        .get("/work/export", needs(ExportDevices, work::export::export).grave())
        .post("/work/sent", needs(ExportDevices, work::export::send).grave())
        .post("/work/views", needs(ViewDevices, saved::save_work))
        .post("/work/views/forgotten", needs(ViewDevices, saved::forget_work))
        .get("/work/policy", needs(Administer, work::policy::show))
        .post("/work/policy", needs(Administer, work::policy::set).grave())
        .get("/work/priorities", needs(ViewDevices, work::priorities::list))
        .get(
            "/work/priorities/{organisation}",
            needs(ViewDevices, work::priorities::show),
        )
        .post(
            "/work/priorities/{organisation}",
            needs(Administer, work::priorities::act).grave(),
        )
        .get("/work/{action}", needs(ViewDevices, work::show::show))
        .post("/work/{action}/owner", needs(ActOnWork, work::act::assign))
        .post("/work/{action}/window", needs(ActOnWork, work::act::schedule))
        .post("/work/{action}/report", needs(ActOnWork, work::act::done))
        .post("/work/{action}/acceptance", needs(ActOnWork, work::act::bear).grave())
        .post("/work/{action}/approval", needs(AcceptRisk, work::act::agree).grave())
        .post("/work/{action}/analysis", needs(Analyse, work::act::analysed).grave())
        .post("/work/{action}/analysis/taken-back", needs(Analyse, work::act::forgotten))
        .post("/work/{action}/maker", needs(ActOnWork, work::act::ask_maker))
        .post(
            "/work/{action}/notes/{note}/taken-back",
            needs(ActOnWork, work::act::withdraw_note),
        )
        .post("/work/{action}/opened", needs(ActOnWork, work::act::opened))
}

/// What an administrator sets, and who else is told of what happens.
fn settings(addresses: Addresses) -> Addresses {
    let one = "/settings/webhooks/{webhook}";
    addresses
        .get("/settings", needs(Administer, setting::show).in_person())
        .get("/settings/export", needs(Administer, setting::export::show).in_person())
        .get(
            "/settings/export/events",
            needs(Administer, setting::export::events).in_person(),
        )
        .post(
            "/settings/export",
            needs(Administer, setting::export::take).in_person().grave(),
        )
        .get("/settings/keys", needs(Administer, setting::key::show).in_person())
        .post("/settings/keys", needs(Administer, setting::key::make).in_person().grave())
        .get(webhook::HOME, needs(Administer, webhook::list))
        .get("/settings/webhooks/new", needs(Administer, webhook::new).in_person())
        .post(
            "/settings/webhooks/new",
            needs(Administer, webhook::make).in_person().grave(),
        )
        .get(one, needs(Administer, webhook::show::show))
        .post(one, needs(Administer, webhook::show::change).in_person().grave())
        .post(
            "/settings/webhooks/{webhook}/secret",
            needs(Administer, webhook::show::exchange).in_person().grave(),
        )
        .post(
            "/settings/webhooks/{webhook}/paused",
            needs(Administer, webhook::deed::pause),
        )
        .post(
            "/settings/webhooks/{webhook}/resumed",
            needs(Administer, webhook::deed::resume),
        )
        .post("/settings/webhooks/{webhook}/test", needs(Administer, webhook::deed::test))
        .post(
            "/settings/webhooks/{webhook}/removed",
            needs(Administer, webhook::deed::remove).in_person(),
        )
        .get(
            "/settings/webhooks/{webhook}/messages/{message}",
            needs(Administer, webhook::message::show),
        )
        .post(
            "/settings/webhooks/{webhook}/messages/{message}/sent-again",
            needs(Administer, webhook::deed::send_again),
        )
}

/// How somebody shows who they are.
fn second_factor(addresses: Addresses) -> Addresses {
    let page = "/account/second-factor";
    addresses
        .get(page, signed_in(account::second_factor::show).in_person().while_owing())
        .post(
            page,
            signed_in(account::second_factor::set_up).in_person().while_owing().grave(),
        )
        .post(
            "/account/second-factor/codes",
            signed_in(account::second_factor::renew).in_person().grave(),
        )
        .post(
            "/account/second-factor/taken-away",
            signed_in(account::second_factor::take_away).in_person().grave(),
        )
        .post(
            "/people/{person}/second-factor/taken-away",
            needs(ManagePeople, people::person::take_second_factor_away)
                .in_person()
                .grave(),
        )
        .get("/confirm", signed_in(confirm::show).in_person().while_owing())
        .post(
            "/confirm",
            signed_in(confirm::act).in_person().while_owing().taking(FIELDS_MAX, READING),
        )
        .get(
            "/confirm/form/{secret}",
            signed_in(confirm::go_on).in_person().while_owing(),
        )
        .get("/confirm/provider", signed_in(provider::confirm).in_person().while_owing())
        .get("/account/identity", signed_in(provider::join_own).in_person().grave())
        .post(
            "/people/{person}/identity",
            needs(ManagePeople, provider::bind).in_person().grave(),
        )
        .post(
            "/people/{person}/identity/taken-away",
            needs(ManagePeople, provider::part).in_person(),
        )
}

/// Who belongs to the house, and what they may do.
fn belonging(addresses: Addresses) -> Addresses {
    addresses
        .get("/people", needs(ViewPeople, people::list))
        .get("/people/invitation", needs(ManagePeople, people::invitation::show))
        .post("/people/invitation", needs(ManagePeople, people::invitation::send).grave())
        .get("/people/{person}", needs(ViewPeople, people::person::show))
        .post("/people/{person}/roles", needs(ManagePeople, people::person::give).grave())
        .post("/people/{person}/roles/taken", needs(ManagePeople, people::person::take))
        .post(
            "/people/{person}/erased",
            needs(ManagePeople, people::person::forget).in_person().grave(),
        )
        .post(
            "/people/{person}/blocked",
            needs(ManagePeople, people::person::shut_out).in_person(),
        )
        .post(
            "/people/{person}/unblocked",
            needs(ManagePeople, people::person::let_in).in_person().grave(),
        )
        .post(
            "/people/{person}/password",
            needs(ManagePeople, people::person::offer).grave(),
        )
        .post(
            "/people/{person}/tokens/taken-back",
            needs(ManagePeople, people::person::take_token_back).in_person(),
        )
}

/// The tree of organisations, and what is set for each.
fn organisations(addresses: Addresses) -> Addresses {
    addresses
        .post(
            "/organisations/second-factor",
            needs(Administer, organisation::set_rule).in_person().grave(),
        )
        .get("/organisations", needs(ViewDevices, organisation::list))
        .get("/organisations/{organisation}", needs(ViewDevices, organisation::one::show))
        .post(
            "/organisations/{organisation}",
            needs(Administer, organisation::one::rename),
        )
        .post(
            "/organisations/{organisation}/sboms",
            needs(Administer, product::audience::set_for_products),
        )
        .post(
            "/organisations/{organisation}/removed",
            needs(Administer, organisation::one::remove),
        )
        .post("/organisations", needs(Administer, organisation::make))
}

/// The whole list.
pub(crate) fn all(house: &House) -> Addresses {
    let addresses = questions(evidence(suppliers(makers(statements(products(
        imports(Addresses::new(house)),
    ))))));
    let addresses = organisations(api(belonging(forms(addresses))));
    second_factor(settings(worklist(customers(addresses))))
        .get("/", signed_in(today::home))
        .get("/today", signed_in(today::show).taking(FORM_MAX, READING))
        .get("/search", needs(ViewDevices, search::show))
        .get("/devices", needs(ViewDevices, device::list::list))
        .get("/devices/export", needs(ExportDevices, device::export::export).grave())
        .post("/devices/views", needs(ViewDevices, saved::save_devices))
        .post("/devices/views/forgotten", needs(ViewDevices, saved::forget_devices))
        .get("/devices/{device}", needs(ViewDevices, device::show::show))
        .post("/devices/{device}/moved", needs(ImportInventory, device::moved::act))
        .post("/devices/{device}/replaced", needs(AnswerQuestions, device::replaced::act))
        .get(
            "/devices/{device}/vulnerabilities/{vulnerability}",
            needs(ViewDevices, device::explain::explain),
        )
        .get("/advisories", needs(ViewDevices, advisory::list))
        .get("/advisories/{advisory}", needs(ViewDevices, advisory::show))
        .get("/feeds", needs(ViewDevices, feed::list))
        .get("/life-cycles", needs(ViewDevices, life_cycle::list))
        .post(
            "/life-cycles",
            needs(Administer, life_cycle::send)
                .taking(Takes::LifeCycles.bytes_max() + FIELDS_MAX, ARRIVAL),
        )
        .post("/life-cycles/{table}/withdrawn", needs(Administer, life_cycle::withdrawn))
        .post("/feeds/asked", needs(Administer, feed::ask))
        .get("/vulnerabilities/{vulnerability}", needs(ViewDevices, vulnerability::show))
        .post("/account/digest", signed_in(account::digest::set).in_person())
        .post("/account/digest/sent", signed_in(account::digest::send).in_person())
        .get("/digest/stop/{secret}", open_to_all(account::digest::ask))
        .post("/digest/stop/{secret}", open_to_all(account::digest::end))
        .get("/account", signed_in(account::show).in_person())
        .get("/account/password", signed_in(account::password::show).in_person())
        .post("/account/password", signed_in(account::password::change).in_person())
        .post("/account/tokens", signed_in(account::token::make).in_person().grave())
        .post(
            "/account/tokens/taken-back",
            signed_in(account::token::take_back).in_person(),
        )
        .get("/api", open_to_all(openapi::show))
        .get("/api/openapi", open_to_all(openapi::document))
        .get("/api/token", signed_in(account::lent).by_token())
        .get("/audit", needs(ViewAudit, audit::list))
        .get("/audit/verification", needs(ViewAudit, audit::verify))
        .get("/audit/{number}", needs(ViewAudit, audit::prove))
        .get("/first-run/{secret}", open_to_all(first_run::show))
        .post("/first-run/{secret}", open_to_all(first_run::found))
        .get("/welcome/{secret}", open_to_all(welcome::show))
        .post("/welcome/{secret}", open_to_all(welcome::enter))
        .get("/password/{secret}", open_to_all(password::show))
        .post("/password/{secret}", open_to_all(password::set))
        .get("/password/{secret}/provider", open_to_all(provider::join))
        .get("/sign-in/provider", open_to_all(provider::enter))
        .get("/sign-in/provider/return", open_to_all(provider::come_back))
        .get("/sign-in", open_to_all(sign_in::show))
        .post("/sign-in", open_to_all(sign_in::enter))
        .post("/sign-in/code", open_to_all(sign_in::enter_code))
        .post("/sign-out", signed_in(sign_in::leave).in_person().while_owing())
        .get("/assets/{name}", open_to_all(asset::show))
        .get("/health", open_to_all(health::show))
        .get("/ready", open_to_all(health::ready))
}
